package dev.ssoportal.crypto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;

/** Signature verifiers for public keys, with the fastest provider there is. Symmetric keys have none. */
public final class Verifiers {
    /** Shorter ones can be factored; longer ones cost whoever verifies. */
    private static final int MIN_RSA_BITS = 2048;

    private static final int MAX_RSA_BITS = 8192;

    private Verifiers() {}

    /** @throws JOSEException when signatures cannot be verified with such a key */
    public static JWSVerifier of(JWK key) throws JOSEException {
        JWSVerifier verifier;
        if (key instanceof ECKey ec) {
            verifier = new ECDSAVerifier(ec.toPublicJWK());
        } else if (key instanceof RSAKey rsa) {
            if (rsa.size() < MIN_RSA_BITS || rsa.size() > MAX_RSA_BITS) {
                throw new JOSEException("an RSA key of " + rsa.size() + " bits");
            }
            verifier = new RSASSAVerifier(rsa.toPublicJWK());
        } else if (key instanceof OctetKeyPair okp) {
            return new EdDsaVerifier(okp);
        } else {
            throw new JOSEException("no signatures with a key of type " + key.getKeyType());
        }
        FastCrypto.provider().ifPresent(verifier.getJCAContext()::setProvider);
        return verifier;
    }
}
