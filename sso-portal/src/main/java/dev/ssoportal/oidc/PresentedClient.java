package dev.ssoportal.oidc;

import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.OAuthError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.Optional;

/**
 * Who a request says it comes from, and by what it wants to prove it; nothing is proven yet. Read by hand, since every token request passes
 * here; an assertion is parsed by Nimbus.
 */
sealed interface PresentedClient {
    /** RFC 7523, 2.2. */
    String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    String id();

    /** A secret in the Authorization header or in the form (RFC 6749, 2.3.1). */
    record BySecret(Client.Authentication method, String id, String secret) implements PresentedClient {}

    /** A signed assertion (RFC 7523, 2.2). */
    record ByAssertion(String id, SignedJWT assertion) implements PresentedClient {}

    /** Only a name: a public client. */
    record ByName(String id) implements PresentedClient {}

    /**
     * @throws OAuthError when the request is no form, authenticates in more than one way, or unreadably, or not at all
     */
    static PresentedClient read(WebExchange exchange) {
        if (!exchange.isForm()) {
            throw invalid("the body is not application/x-www-form-urlencoded");
        }
        Parameters form = exchange.form();
        Optional<String> header = exchange.header("Authorization");
        Optional<String> secret = form.single("client_secret").filter(value -> !value.isEmpty());
        Optional<String> assertion = form.single("client_assertion").filter(value -> !value.isEmpty());
        Optional<String> id = form.single("client_id").filter(value -> !value.isEmpty());
        int ways = (header.isPresent() ? 1 : 0) + (secret.isPresent() ? 1 : 0) + (assertion.isPresent() ? 1 : 0);
        if (ways > 1) {
            throw invalid("more than one client authentication");
        }
        if (header.isPresent()) {
            PresentedClient basic = basic(header.get());
            if (id.isPresent() && !id.get().equals(basic.id())) {
                throw invalid("client_id is not that of the Authorization header");
            }
            return basic;
        }
        if (assertion.isPresent()) {
            return assertion(form);
        }
        String named = id.orElseThrow(() -> ClientAuthenticator.refused("no client authentication and no client_id"));
        return secret.isPresent()
                ? new BySecret(Client.Authentication.CLIENT_SECRET_POST, named, secret.get())
                : new ByName(named);
    }

    /** Some public clients send a header with an empty secret, which says no more than a name does. */
    private static PresentedClient basic(String header) {
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            throw ClientAuthenticator.refused("an Authorization header that is not Basic");
        }
        try {
            String pair =
                    new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon < 1) {
                throw ClientAuthenticator.refused("Basic without a colon");
            }
            String id = decode(pair.substring(0, colon));
            String secret = decode(pair.substring(colon + 1));
            return secret.isEmpty()
                    ? new ByName(id)
                    : new BySecret(Client.Authentication.CLIENT_SECRET_BASIC, id, secret);
        } catch (IllegalArgumentException e) {
            throw ClientAuthenticator.refused("Basic that cannot be decoded");
        }
    }

    /** Both halves are form-encoded before they are joined (RFC 6749, 2.3.1). */
    private static String decode(String text) {
        return text.indexOf('%') < 0 && text.indexOf('+') < 0 ? text : URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static ByAssertion assertion(Parameters form) {
        if (form.single("client_assertion_type").filter(ASSERTION_TYPE::equals).isEmpty()) {
            throw ClientAuthenticator.refused("an assertion of another type");
        }
        try {
            SignedJWT assertion =
                    SignedJWT.parse(form.single("client_assertion").orElse(""));
            String id = assertion.getJWTClaimsSet().getSubject();
            if (id == null
                    || form.single("client_id")
                            .filter(named -> !named.equals(id))
                            .isPresent()) {
                throw ClientAuthenticator.refused("an assertion about nobody, or somebody else");
            }
            return new ByAssertion(id, assertion);
        } catch (ParseException e) {
            throw ClientAuthenticator.refused("an assertion that cannot be read: " + e.getMessage());
        }
    }

    private static OAuthError invalid(String reason) {
        return new OAuthError(OAuth2Error.INVALID_REQUEST, reason);
    }
}
