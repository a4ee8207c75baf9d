package dev.ssoportal.token;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a person, by signing in and perhaps consenting, has granted to an app.
 *
 * @param grantId names the family of everything issued for it; revoking it revokes all of them
 * @param clientId the app
 * @param accountId the person
 * @param sessionId the session it was granted in
 * @param scopes granted, not asked for
 * @param audiences the APIs its access tokens are for; empty means only ourselves
 * @param claims asked for one by one
 * @param details authorization details (RFC 9396)
 * @param nonce of the authentication request
 * @param boundTo who may redeem it: the holder of this; absent means the client, whoever it is
 * @param grantedAt when: a later taking back does not concern it
 */
public record Authorization(
        String grantId,
        String clientId,
        String accountId,
        String sessionId,
        Set<String> scopes,
        List<String> audiences,
        RequestedClaims claims,
        List<Map<String, Object>> details,
        Instant authTime,
        Optional<String> acr,
        List<String> amr,
        Optional<String> nonce,
        Optional<Confirmation> boundTo,
        Instant grantedAt) {

    public Authorization {
        grantedAt = grantedAt == null ? Instant.EPOCH : grantedAt;
        scopes = scopes == null ? Set.of() : Set.copyOf(scopes);
        audiences = audiences == null ? List.of() : List.copyOf(audiences);
        claims = claims == null ? RequestedClaims.NONE : claims;
        details = details == null ? List.of() : List.copyOf(details);
        acr = acr == null ? Optional.empty() : acr;
        amr = amr == null ? List.of() : List.copyOf(amr);
        nonce = nonce == null ? Optional.empty() : nonce;
        boundTo = boundTo == null ? Optional.empty() : boundTo;
    }

    /** The same grant, after the session it was granted in has reached its limit: what is issued now belongs to no session. */
    public Authorization withoutSession() {
        return new Authorization(
                grantId, clientId, accountId, "", scopes, audiences, claims, details, authTime, acr, amr, nonce,
                boundTo, grantedAt);
    }

    /** The same grant, narrowed to some of its scopes and audiences (RFC 6749, section 6; RFC 8707, section 2.2). */
    public Authorization narrowedTo(
            Set<String> fewerScopes, List<String> fewerAudiences, List<Map<String, Object>> fewerDetails) {
        return new Authorization(
                grantId,
                clientId,
                accountId,
                sessionId,
                fewerScopes,
                fewerAudiences,
                claims,
                fewerDetails,
                authTime,
                acr,
                amr,
                nonce,
                boundTo,
                grantedAt);
    }

    /** The same grant, for the holder of a key or a certificate. */
    public Authorization boundTo(Optional<Confirmation> sender) {
        return new Authorization(
                grantId, clientId, accountId, sessionId, scopes, audiences, claims, details, authTime, acr, amr, nonce,
                sender, grantedAt);
    }

    /** The same grant, with other single claims. */
    public Authorization with(RequestedClaims fewer) {
        return new Authorization(
                grantId, clientId, accountId, sessionId, scopes, audiences, fewer, details, authTime, acr, amr, nonce,
                boundTo, grantedAt);
    }
}
