package dev.ssoportal.oidc;

import com.nimbusds.openid.connect.sdk.Prompt;
import dev.ssoportal.directory.App;
import dev.ssoportal.token.RequestedClaims;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An authorization request that has passed every check that needs no person.
 *
 * @param found as it came
 * @param dpopKey the thumbprint of the key that the code is to be bound to ({@code dpop_jkt})
 * @param scopes asked for and allowed
 * @param audiences the APIs its access tokens would be for
 * @param claims asked for one by one, and allowed
 * @param details authorization details (RFC 9396)
 * @param maxAge how old the authentication may be, for this request or for the app at all
 * @param acrValues the authentication contexts one of which is needed; none means any will do
 * @param hintedSubject whom the app believes to be signed in, by {@code id_token_hint}
 */
record AuthorizeRequest(
        App app,
        String redirectUri,
        Optional<String> state,
        Optional<String> nonce,
        Optional<String> codeChallenge,
        Optional<String> dpopKey,
        Set<String> scopes,
        List<String> audiences,
        RequestedClaims claims,
        List<Map<String, Object>> details,
        Set<Prompt.Type> prompts,
        Optional<Duration> maxAge,
        List<String> acrValues,
        Optional<String> loginHint,
        Optional<String> domainHint,
        Optional<String> idp,
        Optional<String> uiLocales,
        Optional<String> hintedSubject,
        AuthorizationRequests.Found found) {

    /** What the person has been asked to do for it, if she has been. */
    Optional<String> interaction() {
        return found.interaction();
    }

    /** The name that it is kept under, if it is. */
    Optional<String> reference() {
        return found.reference();
    }

    /** The request as a query, to come back to after a sign-in or consent. */
    String query() {
        return found.query();
    }

    /** What the person has to consent to, if she has to. */
    Set<String> consentScopes() {
        Set<String> all = new LinkedHashSet<>(scopes);
        all.addAll(claims.scopes());
        return all;
    }

    boolean asks(Prompt.Type prompt) {
        return prompts.contains(prompt);
    }

    boolean asksForFreshSignIn() {
        return asks(Prompt.Type.LOGIN)
                || asks(Prompt.Type.SELECT_ACCOUNT)
                || maxAge.map(Duration::isZero).orElse(false);
    }
}
