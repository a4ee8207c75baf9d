package dev.ssoportal.login;

import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import java.util.Map;
import java.util.Optional;

/** An identity provider that people sign in with: spoken to in OpenID Connect or in SAML. */
public interface UpstreamIdp {

    /** How the browser is sent to the provider, and what to remember until it is back. */
    record Start(Reply reply, Map<String, Object> data) {}

    IdentityProvider provider();

    /** @throws dev.ssoportal.http.PageError when the provider cannot be reached or used */
    Start start(WebExchange exchange, LoginAttempt attempt);

    /**
     * Checks the provider's answer completely.
     *
     * @throws dev.ssoportal.http.PageError when the provider refuses or its answer proves nothing
     */
    UpstreamIdentity finish(WebExchange exchange, LoginAttempt attempt);

    /** The id of the attempt an answer belongs to; nothing of the answer is believed yet. */
    Optional<String> attemptId(WebExchange exchange);

    /**
     * Where to send the browser to end the provider's session too.
     *
     * @param facts what {@link UpstreamIdentity#logout} asked to remember, and the provider's session
     * @param plan has to come back
     */
    Optional<String> logoutUrl(Map<String, String> facts, String plan);

    /** Instead of a URL, when the provider would have to be told and cannot be for the moment. */
    String UNREACHABLE = "";

    /** Our metadata for the provider's operator: XML for SAML, empty for OpenID Connect. */
    Optional<String> metadata();

    /** A logout message from the provider at {@code /federation/{idp}/logout}. */
    Reply logoutMessage(WebExchange exchange);

    /** Fetches what the provider publishes, if it is time to. Keeps the last good copy when that fails. */
    void refresh();
}
