package dev.ssoportal.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.SigningKeys;
import java.text.ParseException;
import java.time.Clock;
import java.util.Optional;

/**
 * Says whether an access token is ours and good now. A signature that was valid stays valid, so it is verified once per token and
 * member; expiry and revocation are looked up every time.
 */
public final class AccessTokens {
    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");
    private static final int MAX_TOKEN_CHARACTERS = 16 * 1024;
    private static final int REMEMBERED = 10_000;

    private final String issuer;
    private final SigningKeys keys;
    private final Revocations revocations;
    private final Clock clock;
    private final Cache<String, AccessToken> verified =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    public AccessTokens(String issuer, SigningKeys keys, Revocations revocations, Clock clock) {
        this.issuer = issuer;
        this.keys = keys;
        this.revocations = revocations;
        this.clock = clock;
    }

    /** The token's content if it is ours, unexpired and not revoked; why it is not is nobody's business. */
    public Optional<AccessToken> check(String token) {
        if (token.length() > MAX_TOKEN_CHARACTERS) {
            return Optional.empty();
        }
        AccessToken known = verified.getIfPresent(token);
        if (known == null) {
            known = verify(token).orElse(null);
            if (known == null) {
                return Optional.empty();
            }
            verified.put(token, known);
        }
        if (!isStillGood(known)) {
            verified.invalidate(token);
            return Optional.empty();
        }
        return Optional.of(known);
    }

    /** Whether a token that was good is so still. */
    public boolean isStillGood(AccessToken token) {
        return token.expiresAt().isAfter(clock.instant()) && !revocations.isRevoked(token);
    }

    private Optional<AccessToken> verify(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            Optional<JWSVerifier> verifier = keys.verifier(jwt.getHeader().getKeyID());
            if (verifier.isEmpty()
                    || !ACCESS_TOKEN.equals(jwt.getHeader().getType())
                    || !verifier.get()
                            .supportedJWSAlgorithms()
                            .contains(jwt.getHeader().getAlgorithm())
                    || !jwt.verify(verifier.get())) {
                return Optional.empty();
            }
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            return issuer.equals(claims.getIssuer()) ? Optional.of(AccessToken.of(claims)) : Optional.empty();
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
