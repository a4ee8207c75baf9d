package dev.ssoportal.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;

/** JWTs as a client signs and reads them. */
public final class Jwts {
    private Jwts() {}

    public static String signed(ECKey key, JWTClaimsSet claims) {
        return signed(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()), key, claims);
    }

    public static String signed(String type, ECKey key, JWTClaimsSet claims) {
        return signed(
                new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(key.toPublicJWK()).type(new JOSEObjectType(type)),
                key,
                claims);
    }

    private static String signed(JWSHeader.Builder header, ECKey key, JWTClaimsSet claims) {
        try {
            SignedJWT jwt = new SignedJWT(header.build(), claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public static SignedJWT parse(String jwt) {
        try {
            return SignedJWT.parse(jwt);
        } catch (ParseException e) {
            throw new AssertionError("not a JWT: " + jwt, e);
        }
    }

    public static JWTClaimsSet claims(String jwt) {
        try {
            return parse(jwt).getJWTClaimsSet();
        } catch (ParseException e) {
            throw new AssertionError("not a JWT: " + jwt, e);
        }
    }
}
