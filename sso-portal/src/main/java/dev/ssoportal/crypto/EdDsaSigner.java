package dev.ssoportal.crypto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.impl.EdDSAProvider;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** Signs with Ed25519 (RFC 8037) by the JDK. */
final class EdDsaSigner extends EdDSAProvider implements JWSSigner {
    private final PrivateKey key;

    EdDsaSigner(OctetKeyPair key) throws JOSEException {
        this.key = EdDsaKeys.privateKey(key);
    }

    @Override
    public Base64URL sign(JWSHeader header, byte[] toSign) throws JOSEException {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(toSign);
            return Base64URL.encode(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new JOSEException("cannot sign with Ed25519", e);
        }
    }
}
