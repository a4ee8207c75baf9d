package dev.ssoportal.login.oidc;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.http.PageError;
import dev.ssoportal.login.Claims;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.login.LoginAttempt;
import java.io.IOException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pac4j.core.exception.TechnicalException;
import org.pac4j.oidc.credentials.OidcCredentials;

/**
 * Makes an identity of a verified ID token and, where the provider keeps its claims there, of its userinfo. What pac4j does not check is
 * checked here: that both speak of the same subject, and that a sign-in that had to be fresh is.
 */
final class IdTokenCheck {
    private static final Duration SKEW = Duration.ofSeconds(60);

    private final IdentityProvider provider;
    private final IdentityProvider.Oidc protocol;
    private final OutboundHttp http;
    private final Clock clock;

    IdTokenCheck(IdentityProvider provider, IdentityProvider.Oidc protocol, OutboundHttp http, Clock clock) {
        this.provider = provider;
        this.protocol = protocol;
        this.http = http;
        this.clock = clock;
    }

    /** @throws TechnicalException when the tokens contradict each other or the attempt */
    UpstreamIdentity identity(OidcCredentials tokens, OIDCProviderMetadata metadata, LoginAttempt attempt) {
        try {
            JWTClaimsSet idToken = tokens.toIdToken().getJWTClaimsSet();
            String subject = idToken.getSubject();
            if (subject == null || subject.isBlank() || subject.length() > 255) {
                throw new TechnicalException("the ID token names no usable subject");
            }
            Claims claims = new Claims();
            idToken.getClaims().forEach(claims::add);
            addUserInfo(tokens, metadata, subject, claims);
            return provider.claims()
                    .identity(
                            provider,
                            subject,
                            claims,
                            authTime(idToken, attempt),
                            Optional.ofNullable(idToken.getStringClaim("acr")),
                            Optional.ofNullable(idToken.getStringListClaim("amr"))
                                    .orElse(List.of()),
                            Optional.ofNullable(idToken.getStringClaim("sid")),
                            Map.of("id_token", tokens.getIdToken()));
        } catch (ParseException e) {
            throw new TechnicalException("the ID token has claims of the wrong type", e);
        }
    }

    private Instant authTime(JWTClaimsSet idToken, LoginAttempt attempt) throws ParseException {
        Optional<Instant> authTime =
                Optional.ofNullable(idToken.getClaim("auth_time")).isPresent()
                        ? Optional.of(Instant.ofEpochSecond(idToken.getLongClaim("auth_time")))
                        : Optional.empty();
        if (attempt.asked().fresh()
                && authTime.filter(time -> !time.isBefore(attempt.createdAt().minus(SKEW)))
                        .isEmpty()) {
            throw new PageError(
                    502,
                    "error.upstream-stale",
                    "provider " + provider.id() + " was asked for a fresh sign-in and proved none");
        }
        Instant now = clock.instant();
        // A fresh sign-in has been proven, within what clocks differ by; from here on our clock counts.
        Instant earliest = attempt.asked().fresh() ? attempt.createdAt() : UpstreamIdentity.UNKNOWN;
        return authTime.map(time -> time.isBefore(now) ? time : now)
                .filter(time -> !time.isBefore(earliest))
                .orElse(earliest);
    }

    /** Adds claims that the ID token does not have; its own stand. */
    private void addUserInfo(OidcCredentials tokens, OIDCProviderMetadata metadata, String subject, Claims claims) {
        if (!protocol.userInfo() || metadata.getUserInfoEndpointURI() == null || tokens.toAccessToken() == null) {
            return;
        }
        try {
            Map<String, Object> userInfo = JSONObjectUtils.parse(http.get(
                    metadata.getUserInfoEndpointURI(),
                    Map.of(
                            "Authorization",
                            "Bearer " + tokens.toAccessToken().getValue(),
                            "Accept",
                            "application/json")));
            if (!subject.equals(userInfo.get("sub"))) {
                throw new TechnicalException("userinfo speaks of another subject than the ID token");
            }
            userInfo.forEach((name, value) -> {
                if (!claims.has(name)) {
                    claims.add(name, value);
                }
            });
        } catch (IOException | ParseException e) {
            throw new TechnicalException("userinfo cannot be had: " + e.getMessage(), e);
        }
    }
}
