package dev.ssoportal.token;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SigningKeys;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.Api;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.Client;
import dev.ssoportal.directory.ServiceAccount;
import dev.ssoportal.directory.UpstreamIdentity;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Mints JWTs: access tokens after <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068</a>, ID tokens after OpenID Connect Core,
 * section 2. What it mints carries what a service needs to decide, and nothing else.
 */
public final class TokenIssuer {
    private static final Duration AUTHORIZATION_RESPONSE_LIFETIME = Duration.ofMinutes(5);
    /** Which claims about the person the token gives at the userinfo endpoint, beyond its scopes. */
    static final String USER_INFO_CLAIMS = "userinfo_claims";

    private static final JOSEObjectType INTROSPECTION = new JOSEObjectType("token-introspection+jwt");
    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");
    private static final JOSEObjectType LOGOUT_TOKEN = new JOSEObjectType("logout+jwt");
    private static final Duration LOGOUT_TOKEN_LIFETIME = Duration.ofMinutes(2);
    private static final Map<String, Object> BACK_CHANNEL_LOGOUT =
            Map.of("http://schemas.openid.net/event/backchannel-logout", new EmptyObject());

    /** Written as {@code {}}; an empty map would be left out. */
    @JsonSerialize
    private record EmptyObject() {}

    private final String issuer;
    private final TokenConfig config;
    private final AppCatalog catalog;
    private final Subjects subjects;
    private final RandomIds ids;
    private final Clock clock;
    private final JwtWriter writer;
    private final JWSAlgorithm accessTokenAlgorithm;

    public TokenIssuer(
            String issuer,
            TokenConfig config,
            AppCatalog catalog,
            Subjects subjects,
            SigningKeys keys,
            RandomIds ids,
            Clock clock) {
        this.issuer = issuer;
        this.config = config;
        this.catalog = catalog;
        this.subjects = subjects;
        this.writer = new JwtWriter(keys);
        this.accessTokenAlgorithm = config.accessTokenAlgorithm().jws();
        this.ids = ids;
        this.clock = clock;
    }

    public Duration accessTokenLifetime() {
        return config.accessTokenLifetime();
    }

    /**
     * An access token by which an app acts for a person. The authorization is narrowed to one API at most, since role names mean something
     * only at the API that defines them. Its {@code jti} begins with the grant, so that the grant can be revoked.
     */
    public String accessTokenForPerson(
            Authorization authorization, Account account, Optional<Confirmation> confirmation) {
        List<String> audience = new ArrayList<>(authorization.audiences());
        if (audience.isEmpty() || authorization.scopes().contains("openid")) {
            // Ours too: the userinfo endpoint takes only what is meant for us (RFC 9068, section 4).
            audience.add(issuer);
        }
        Map<String, Object> claims = accessTokenClaims(authorization.clientId(), authorization.scopes(), confirmation);
        claims.put("sub", subjects.of(authorization.clientId(), account.id()));
        claims.put("aud", audience.size() == 1 ? audience.get(0) : audience);
        claims.put("jti", authorization.grantId() + "." + ids.id());
        claims.put("sid", authorization.sessionId());
        putAuthentication(claims, authorization);
        putPerson(claims, authorization.scopes(), account);
        if (!authorization.claims().userInfo().isEmpty()) {
            claims.put(
                    USER_INFO_CLAIMS,
                    List.copyOf(new TreeSet<>(authorization.claims().userInfo())));
        }
        if (!authorization.details().isEmpty()) {
            claims.put("authorization_details", authorization.details());
        }
        claims.put("roles", rolesAt(authorization.audiences(), account));
        return writer.write(accessTokenAlgorithm, ACCESS_TOKEN, claims);
    }

    private List<String> rolesAt(List<String> audiences, Account account) {
        List<String> roles = new ArrayList<>();
        for (String audience : audiences) {
            catalog.api(audience).map(api -> api.rolesOf(account)).ifPresent(roles::addAll);
        }
        return roles;
    }

    /** What an API may see of the person is what she has let the app see. */
    private static void putPerson(Map<String, Object> claims, Set<String> scopes, Account account) {
        if (scopes.contains("profile")) {
            claims.put("name", account.name());
            claims.put("preferred_username", account.username());
        }
        if (scopes.contains("email") && account.email().isPresent()) {
            claims.put("email", account.email().get());
            claims.put("email_verified", account.emailVerified());
        }
    }

    private static void putAuthentication(Map<String, Object> claims, Authorization authorization) {
        if (!authorization.authTime().equals(UpstreamIdentity.UNKNOWN)) {
            claims.put("auth_time", authorization.authTime().getEpochSecond());
        }
        authorization.acr().ifPresent(acr -> claims.put("acr", acr));
        claims.put("amr", authorization.amr());
    }

    /** An access token by which a service account acts for itself at one API. */
    public String accessTokenForService(
            ServiceAccount account, Api api, Set<String> scopes, Optional<Confirmation> confirmation) {
        Map<String, Object> claims = accessTokenClaims(account.id(), scopes, confirmation);
        claims.put("sub", account.id());
        claims.put("aud", api.audience());
        claims.put("jti", ids.id());
        claims.put("roles", account.roles().getOrDefault(api.audience(), List.of()));
        return writer.write(accessTokenAlgorithm, ACCESS_TOKEN, claims);
    }

    private Map<String, Object> accessTokenClaims(
            String clientId, Set<String> scopes, Optional<Confirmation> confirmation) {
        Map<String, Object> claims = claims(config.accessTokenLifetime());
        claims.put("client_id", clientId);
        confirmation.ifPresent(sender -> claims.put("cnf", sender.claim()));
        claims.put("scope", scopes.size() < 2 ? String.join("", scopes) : String.join(" ", new TreeSet<>(scopes)));
        return claims;
    }

    /** What is empty is left out when the claims are written. */
    private Map<String, Object> claims(Duration lifetime) {
        long now = clock.instant().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>(24);
        claims.put("iss", issuer);
        claims.put("iat", now);
        claims.put("exp", now + lifetime.toSeconds());
        return claims;
    }

    /** An ID token for the app. Claims about the person are at the userinfo endpoint; here are those of the authentication, and what was asked for
     * here by name. */
    public String idToken(App app, Authorization authorization, Account account, String accessToken) {
        JWSAlgorithm algorithm = app.rules().responses().idToken();
        Map<String, Object> claims = claims(config.idTokenLifetime());
        claims.put("sub", subjects.of(app.id(), account.id()));
        claims.put("aud", app.id());
        if (app.takesPartInLogout()) {
            claims.put("sid", authorization.sessionId());
        }
        putAuthentication(claims, authorization);
        claims.putAll(
                ClaimRules.claims(account, List.of(), authorization.claims().idToken()));
        authorization.nonce().ifPresent(nonce -> claims.put("nonce", nonce));
        claims.put(
                "at_hash",
                AccessTokenHash.compute(
                                new BearerAccessToken(accessToken),
                                algorithm,
                                JWSAlgorithm.EdDSA.equals(algorithm) ? Curve.Ed25519 : null)
                        .getValue());
        return writer.write(algorithm, JOSEObjectType.JWT, claims);
    }

    /** A logout token (OpenID Connect Back-Channel Logout, section 2.4): tells an app that a session is over. */
    public String logoutToken(App app, String accountId, String sessionId) {
        Map<String, Object> claims = claims(LOGOUT_TOKEN_LIFETIME);
        claims.put("sub", subjects.of(app.id(), accountId));
        claims.put("aud", app.id());
        claims.put("jti", ids.id());
        claims.put("sid", sessionId);
        claims.put("events", BACK_CHANNEL_LOGOUT);
        return writer.write(app.rules().responses().idToken(), LOGOUT_TOKEN, claims);
    }

    /** An authorization response as a JWT (JARM, section 2.1). */
    public String authorizationResponse(App app, Map<String, String> answer) {
        Map<String, Object> claims = claims(AUTHORIZATION_RESPONSE_LIFETIME);
        claims.put("aud", app.id());
        claims.putAll(answer);
        return writer.write(app.rules().responses().authorization(), JOSEObjectType.JWT, claims);
    }

    /** A userinfo answer as a JWT (OpenID Connect Core, 5.3.2). */
    public String userInfo(App app, JWSAlgorithm algorithm, Map<String, Object> answer) {
        Map<String, Object> claims = new LinkedHashMap<>(answer);
        claims.put("iss", issuer);
        claims.put("aud", app.id());
        return writer.write(algorithm, JOSEObjectType.JWT, claims);
    }

    /** An introspection answer as a JWT (<a href="https://www.rfc-editor.org/rfc/rfc9701#section-5">RFC 9701, section 5</a>). */
    public String introspection(Client client, Map<String, Object> answer) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", client.id());
        claims.put("iat", clock.instant().getEpochSecond());
        claims.put("token_introspection", answer);
        return writer.write(client.introspectionAlgorithm(), INTROSPECTION, claims);
    }
}
