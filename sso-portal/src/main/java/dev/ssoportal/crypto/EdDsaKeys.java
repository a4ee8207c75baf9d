package dev.ssoportal.crypto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/** Ed25519 keys, between their JWK form (RFC 8037, section 2) and the JDK's. */
final class EdDsaKeys {
    private static final int BYTES = 32;
    private static final int SIGN_BIT = 0x80;

    private EdDsaKeys() {}

    static OctetKeyPair generate(String keyId) throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        EdECPoint point = ((EdECPublicKey) pair.getPublic()).getPoint();
        byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(encoded(point)))
                .d(Base64URL.encode(seed))
                .keyID(keyId)
                .algorithm(JWSAlgorithm.EdDSA)
                .keyUse(KeyUse.SIGNATURE)
                .build();
    }

    /** Little-endian y, with the sign of x in the highest bit (RFC 8032, 5.1.2). */
    private static byte[] encoded(EdECPoint point) {
        byte[] bigEndian = point.getY().toByteArray();
        byte[] encoded = new byte[BYTES];
        for (int i = 0; i < Math.min(BYTES, bigEndian.length); i++) {
            encoded[i] = bigEndian[bigEndian.length - 1 - i];
        }
        if (point.isXOdd()) {
            encoded[BYTES - 1] |= (byte) SIGN_BIT;
        }
        return encoded;
    }

    static PublicKey publicKey(OctetKeyPair key) throws JOSEException {
        byte[] encoded = key.getDecodedX();
        if (!Curve.Ed25519.equals(key.getCurve()) || encoded.length != BYTES) {
            throw new JOSEException("not an Ed25519 key");
        }
        byte[] bigEndian = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bigEndian[i] = encoded[BYTES - 1 - i];
        }
        boolean xOdd = (bigEndian[0] & SIGN_BIT) != 0;
        bigEndian[0] &= (byte) ~SIGN_BIT;
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(
                            NamedParameterSpec.ED25519, new EdECPoint(xOdd, new BigInteger(1, bigEndian))));
        } catch (GeneralSecurityException e) {
            throw new JOSEException("not a point of Ed25519", e);
        }
    }

    static PrivateKey privateKey(OctetKeyPair key) throws JOSEException {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, key.getDecodedD()));
        } catch (GeneralSecurityException e) {
            throw new JOSEException("not an Ed25519 key", e);
        }
    }
}
