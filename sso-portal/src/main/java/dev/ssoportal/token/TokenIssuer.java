package dev.ssoportal.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SigningKeys;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.Api;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.ServiceAccount;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Mints JWTs: access tokens after <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068</a>, ID tokens after OpenID Connect Core,
 * section 2. What it mints carries what a service needs to decide, and nothing else.
 */
public final class TokenIssuer {
    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");
    private static final JOSEObjectType LOGOUT_TOKEN = new JOSEObjectType("logout+jwt");

    private final String issuer;
    private final TokenConfig config;
    private final AppCatalog catalog;
    private final SigningKeys keys;
    private final RandomIds ids;
    private final Clock clock;
    private final Map<JWSAlgorithm, JWSHeader> accessTokenHeaders = new ConcurrentHashMap<>();

    public TokenIssuer(
            String issuer, TokenConfig config, AppCatalog catalog, SigningKeys keys, RandomIds ids, Clock clock) {
        this.issuer = issuer;
        this.config = config;
        this.catalog = catalog;
        this.keys = keys;
        this.ids = ids;
        this.clock = clock;
    }

    public Duration accessTokenLifetime() {
        return config.accessTokenLifetime();
    }

    /**
     * An access token by which an app acts for a person. The authorization is narrowed to one API at most, since role names mean something
     * only at the API that defines them. Its {@code jti} begins with the grant, so that the
     * grant can be revoked.
     */
    public String accessTokenForPerson(Authorization authorization, Account account) {
        List<String> audience = new ArrayList<>(authorization.audiences());
        if (audience.isEmpty() || authorization.scopes().contains("openid")) {
            // Ours too: the userinfo endpoint takes only what is meant for us (RFC 9068, section 4).
            audience.add(issuer);
        }
        JWTClaimsSet.Builder claims = accessTokenClaims(authorization.clientId(), authorization.scopes())
                .subject(account.id())
                .audience(audience)
                .jwtID(authorization.grantId() + "." + ids.id())
                .claim("sid", authorization.sessionId())
                .claim("auth_time", authorization.authTime().getEpochSecond())
                .claim("name", account.name())
                .claim("preferred_username", account.username())
                .claim("roles", rolesAt(authorization.audiences(), account));
        authorization.acr().ifPresent(acr -> claims.claim("acr", acr));
        if (!authorization.amr().isEmpty()) {
            claims.claim("amr", authorization.amr());
        }
        account.email().ifPresent(email -> claims.claim("email", email));
        return sign(accessTokenHeader(), claims.build());
    }

    private List<String> rolesAt(List<String> audiences, Account account) {
        List<String> roles = new ArrayList<>();
        for (String audience : audiences) {
            catalog.api(audience).map(api -> api.rolesOf(account)).ifPresent(roles::addAll);
        }
        return roles;
    }

    /** An access token by which a service account acts for itself at one API. */
    public String accessTokenForService(ServiceAccount account, Api api, Set<String> scopes) {
        JWTClaimsSet claims = accessTokenClaims(account.id(), scopes)
                .subject(account.id())
                .audience(api.audience())
                .jwtID(ids.id())
                .claim("roles", account.roles().getOrDefault(api.audience(), List.of()))
                .build();
        return sign(accessTokenHeader(), claims);
    }

    private JWTClaimsSet.Builder accessTokenClaims(String clientId, Set<String> scopes) {
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(config.accessTokenLifetime())))
                .claim("client_id", clientId);
        return scopes.isEmpty() ? claims : claims.claim("scope", String.join(" ", new TreeSet<>(scopes)));
    }

    /** An ID token for the app. Claims about the person are at the userinfo endpoint; here are those of the authentication. */
    public String idToken(App app, Authorization authorization, Account account, String accessToken) {
        Instant now = clock.instant();
        JWSAlgorithm algorithm = app.idTokenAlgorithm();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(account.id())
                .audience(app.id())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(config.idTokenLifetime())))
                .claim("sid", authorization.sessionId())
                .claim("auth_time", authorization.authTime().getEpochSecond())
                .claim(
                        "at_hash",
                        AccessTokenHash.compute(new BearerAccessToken(accessToken), algorithm, null)
                                .getValue());
        authorization.nonce().ifPresent(nonce -> claims.claim("nonce", nonce));
        authorization.acr().ifPresent(acr -> claims.claim("acr", acr));
        if (!authorization.amr().isEmpty()) {
            claims.claim("amr", authorization.amr());
        }
        JWSHeader header = new JWSHeader.Builder(algorithm)
                .keyID(keys.currentKeyId(algorithm))
                .type(JOSEObjectType.JWT)
                .build();
        return sign(header, claims.build());
    }

    /** A logout token (OpenID Connect Back-Channel Logout, section 2.4): tells an app that a session is over. */
    public String logoutToken(App app, String accountId, String sessionId) {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(accountId)
                .audience(app.id())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(120)))
                .jwtID(ids.id())
                .claim("sid", sessionId)
                .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()))
                .build();
        JWSAlgorithm algorithm = app.idTokenAlgorithm();
        return sign(
                new JWSHeader.Builder(algorithm)
                        .keyID(keys.currentKeyId(algorithm))
                        .type(LOGOUT_TOKEN)
                        .build(),
                claims);
    }

    private JWSHeader accessTokenHeader() {
        JWSAlgorithm algorithm =
                JWSAlgorithm.parse(config.accessTokenAlgorithm().name());
        return accessTokenHeaders.computeIfAbsent(
                algorithm,
                key -> new JWSHeader.Builder(key)
                        .keyID(keys.currentKeyId(key))
                        .type(ACCESS_TOKEN)
                        .build());
    }

    private String sign(JWSHeader header, JWTClaimsSet claims) {
        try {
            SignedJWT jwt = new SignedJWT(header, claims);
            jwt.sign(keys.signer(header.getAlgorithm()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot sign with our own key", e);
        }
    }
}
