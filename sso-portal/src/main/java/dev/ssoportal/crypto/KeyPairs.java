package dev.ssoportal.crypto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;

/** Makes key pairs and signers for the algorithms that we sign with. */
public final class KeyPairs {
    private static final int RSA_BITS = 2048;

    private KeyPairs() {}

    /** @throws IllegalStateException when there are no keys for such an algorithm */
    public static JWK generate(JWSAlgorithm algorithm, String keyId) {
        try {
            if (JWSAlgorithm.Family.RSA.contains(algorithm)) {
                return rsaKey(algorithm, keyId);
            }
            if (JWSAlgorithm.EdDSA.equals(algorithm)) {
                return EdDsaKeys.generate(keyId);
            }
            return new ECKeyGenerator(
                            Curve.forJWSAlgorithm(algorithm).iterator().next())
                    .keyID(keyId)
                    .algorithm(algorithm)
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException | GeneralSecurityException | RuntimeException e) {
            throw new IllegalStateException("cannot generate a key for " + algorithm, e);
        }
    }

    private static JWK rsaKey(JWSAlgorithm algorithm, String keyId) throws GeneralSecurityException {
        KeyPairGenerator generator = FastCrypto.provider().isPresent()
                ? KeyPairGenerator.getInstance("RSA", FastCrypto.provider().get())
                : KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        KeyPair pair = generator.generateKeyPair();
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                .privateKey(pair.getPrivate())
                .keyID(keyId)
                .algorithm(algorithm)
                .keyUse(KeyUse.SIGNATURE)
                .build();
    }

    static JWSSigner signer(JWK key) throws JOSEException {
        if (key instanceof OctetKeyPair okp) {
            return new EdDsaSigner(okp);
        }
        JWSSigner signer = key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner((RSAKey) key);
        FastCrypto.provider().ifPresent(signer.getJCAContext()::setProvider);
        return signer;
    }
}
