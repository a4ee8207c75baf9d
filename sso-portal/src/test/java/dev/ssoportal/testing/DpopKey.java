package dev.ssoportal.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.ssoportal.crypto.SecretHash;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.UUID;

/** A key of a client, and the proofs it makes with it (RFC 9449, section 4). */
public final class DpopKey {
    private final ECKey key = Fixtures.ecKey("dpop");
    private String nonce;

    public String thumbprint() {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts this nonce into every proof from now on. */
    public void nonce(String given) {
        nonce = given;
    }

    /** The claims of a good proof for a token request. */
    public JWTClaimsSet.Builder claims(String method, String url) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .jwtID(UUID.randomUUID().toString())
                .claim("htm", method)
                .claim("htu", url)
                .issueTime(Date.from(Instant.now()));
        return nonce == null ? claims : claims.claim("nonce", nonce);
    }

    public String proof(String method, String url) {
        return proof(claims(method, url).build());
    }

    public String proof(String method, String url, String accessToken) {
        return proof(claims(method, url).claim("ath", hash(accessToken)).build());
    }

    public String proof(JWTClaimsSet claims) {
        return Jwts.signed("dpop+jwt", key, claims);
    }

    public static String hash(String accessToken) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(SecretHash.sha256(accessToken));
    }
}
