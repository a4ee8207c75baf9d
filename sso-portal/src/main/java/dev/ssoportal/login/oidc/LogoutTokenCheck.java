package dev.ssoportal.login.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.ConfigurableJWTProcessor;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a logout token of an upstream provider (OpenID Connect Back-Channel Logout 1.0, <a
 * href="https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation">2.6</a>), all but whether it has been seen before.
 */
final class LogoutTokenCheck {
    private static final Duration SKEW = Duration.ofSeconds(60);

    /** A logout is for now: one from long ago says nothing about the session of today. */
    private static final Duration OLDEST = Duration.ofMinutes(5);

    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final int MAX_CHARACTERS = 16 * 1024;

    private final String issuer;
    private final String clientId;
    private final Clock clock;
    private final ConfigurableJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    /** What a good logout token says: which session of the provider is over, or whose sessions are. */
    record Logout(String tokenId, Optional<String> subject, Optional<String> sessionId, Instant expiresAt) {}

    LogoutTokenCheck(OIDCProviderMetadata metadata, String clientId, JWKSource<SecurityContext> keys, Clock clock) {
        this.issuer = metadata.getIssuer().getValue();
        this.clientId = clientId;
        this.clock = clock;
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(asymmetric(metadata), keys));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("logout+jwt"), JOSEObjectType.JWT, null));
        processor.setJWTClaimsSetVerifier((claims, context) -> require(claims));
    }

    /** Those the provider signs with, never one that our client secret would be the key of. */
    private static Set<JWSAlgorithm> asymmetric(OIDCProviderMetadata metadata) {
        Collection<JWSAlgorithm> announced =
                metadata.getIDTokenJWSAlgs() == null ? Set.of(JWSAlgorithm.RS256) : metadata.getIDTokenJWSAlgs();
        Set<JWSAlgorithm> algorithms = new HashSet<>(announced);
        algorithms.retainAll(JWSAlgorithm.Family.SIGNATURE);
        return algorithms.isEmpty() ? Set.of(JWSAlgorithm.RS256) : algorithms;
    }

    /**
     * @throws BadJOSEException when the token proves nothing, and why
     * @throws UncheckedIOException when the provider's keys cannot be had
     */
    Logout check(String token) throws BadJOSEException {
        if (token.length() > MAX_CHARACTERS) {
            throw new BadJWTException("too long");
        }
        try {
            JWTClaimsSet claims = processor.process(token, null);
            return new Logout(
                    claims.getJWTID(),
                    Optional.ofNullable(claims.getSubject()),
                    Optional.ofNullable(claims.getStringClaim("sid")),
                    claims.getExpirationTime().toInstant());
        } catch (ParseException e) {
            throw new BadJWTException("unreadable: " + e.getMessage(), e);
        } catch (JOSEException e) {
            throw new UncheckedIOException("the provider's keys cannot be had", new IOException(e.getMessage(), e));
        }
    }

    private void require(JWTClaimsSet claims) throws BadJWTException {
        require(issuer.equals(claims.getIssuer()), "iss is not the provider");
        require(claims.getAudience().contains(clientId), "aud is not us");
        require(claims.getJWTID() != null && !claims.getJWTID().isBlank(), "no jti");
        requireNow(claims.getIssueTime(), claims.getExpirationTime());
        require(claims.getClaim("nonce") == null, "a nonce: this is an ID token, not a logout token");
        require(
                claims.getClaim("events") instanceof Map<?, ?> events && events.get(EVENT) instanceof Map<?, ?>,
                "events without the logout event");
        Object sid = claims.getClaim("sid");
        require(claims.getSubject() != null || sid != null, "neither sub nor sid");
        require(sid == null || sid instanceof String, "sid is not a string");
    }

    private void requireNow(Date issued, Date expires) throws BadJWTException {
        Instant now = clock.instant();
        require(issued != null && expires != null, "no iat or no exp");
        require(!issued.toInstant().isAfter(now.plus(SKEW)), "iat is in the future");
        require(issued.toInstant().isAfter(now.minus(OLDEST)), "iat is too long ago");
        require(expires.toInstant().isAfter(now.minus(SKEW)), "expired");
    }

    private static void require(boolean condition, String otherwise) throws BadJWTException {
        if (!condition) {
            throw new BadJWTException(otherwise);
        }
    }
}
