package dev.ssoportal.login.saml;

import net.shibboleth.shared.resolver.CriteriaSet;
import org.opensaml.security.SecurityException;
import org.opensaml.security.credential.Credential;
import org.opensaml.xmlsec.keyinfo.KeyInfoCredentialResolver;
import org.opensaml.xmlsec.signature.Signature;
import org.opensaml.xmlsec.signature.support.SignatureException;
import org.opensaml.xmlsec.signature.support.SignatureTrustEngine;
import org.opensaml.xmlsec.signature.support.impl.SignatureAlgorithmValidator;

/** Refuses every inbound signature whose algorithm is not on the list, in XML and in a query, before asking whose key it is. */
final class StrictTrustEngine implements SignatureTrustEngine {
    private final SignatureTrustEngine trusted;

    StrictTrustEngine(SignatureTrustEngine trusted) {
        this.trusted = trusted;
    }

    @Override
    public KeyInfoCredentialResolver getKeyInfoResolver() {
        return trusted.getKeyInfoResolver();
    }

    @Override
    public boolean validate(Signature signature, CriteriaSet criteria) throws SecurityException {
        try {
            new SignatureAlgorithmValidator(Algorithms.SIGNATURES_AND_DIGESTS, null).validate(signature);
        } catch (SignatureException e) {
            throw new SecurityException("signature algorithm refused", e);
        }
        return trusted.validate(signature, criteria);
    }

    @Override
    public boolean validate(
            byte[] signature, byte[] content, String algorithm, CriteriaSet criteria, Credential candidate)
            throws SecurityException {
        if (!Algorithms.SIGNATURES.contains(algorithm)) {
            throw new SecurityException("signature algorithm refused");
        }
        return trusted.validate(signature, content, algorithm, criteria, candidate);
    }
}
