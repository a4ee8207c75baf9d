package dev.ssoportal.crypto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The keys tokens are signed with, one per algorithm, and what the world needs to verify them. */
public final class SigningKeys {
    private static final int RSA_BITS = 2048;

    private final Map<JWSAlgorithm, JWK> keys = new ConcurrentHashMap<>();
    private final Map<JWSAlgorithm, JWSSigner> signers = new ConcurrentHashMap<>();
    private final Map<String, JWSVerifier> verifiers = new ConcurrentHashMap<>();

    public SigningKeys(SigningKeyStore store, RandomIds ids) {
        add(JWSAlgorithm.ES256, store, ids);
        add(JWSAlgorithm.RS256, store, ids);
    }

    private void add(JWSAlgorithm algorithm, SigningKeyStore store, RandomIds ids) {
        try {
            SigningKeyStore.StoredKey stored =
                    store.findOrCreate("token-" + algorithm.getName(), () -> generate(algorithm, ids.id()));
            JWK key = JWK.parse(stored.privatePart());
            keys.put(algorithm, key);
            signers.put(algorithm, signer(key));
            verifiers.put(key.getKeyID(), verifier(key));
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException("stored key for " + algorithm + " is unusable", e);
        }
    }

    private static SigningKeyStore.StoredKey generate(JWSAlgorithm algorithm, String keyId) {
        try {
            JWK key = algorithm.equals(JWSAlgorithm.ES256)
                    ? new ECKeyGenerator(Curve.P_256)
                            .keyID(keyId)
                            .algorithm(algorithm)
                            .keyUse(KeyUse.SIGNATURE)
                            .generate()
                    : rsaKey(algorithm, keyId);
            return new SigningKeyStore.StoredKey(keyId, key.toPublicJWK().toJSONString(), key.toJSONString());
        } catch (JOSEException | GeneralSecurityException e) {
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

    private static JWSSigner signer(JWK key) throws JOSEException {
        JWSSigner signer = key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner((RSAKey) key);
        FastCrypto.provider().ifPresent(signer.getJCAContext()::setProvider);
        return signer;
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        JWSVerifier verifier = key instanceof ECKey ec
                ? new ECDSAVerifier(ec.toPublicJWK())
                : new RSASSAVerifier(((RSAKey) key).toPublicJWK());
        FastCrypto.provider().ifPresent(verifier.getJCAContext()::setProvider);
        return verifier;
    }

    /** The identifier of the key that signs with this algorithm now. */
    public String currentKeyId(JWSAlgorithm algorithm) {
        return keys.get(algorithm).getKeyID();
    }

    public JWSSigner signer(JWSAlgorithm algorithm) {
        return signers.get(algorithm);
    }

    /** The verifier for a key of ours, if we have one of this identifier. */
    public Optional<JWSVerifier> verifier(String keyId) {
        return Optional.ofNullable(keyId).map(verifiers::get);
    }

    /** The public keys, as published at the JWKS endpoint. */
    public JWKSet publicKeys() {
        List<JWK> published = new ArrayList<>();
        keys.values().forEach(key -> published.add(key.toPublicJWK()));
        published.sort(Comparator.comparing(key -> key.getAlgorithm().getName()));
        return new JWKSet(published);
    }
}
