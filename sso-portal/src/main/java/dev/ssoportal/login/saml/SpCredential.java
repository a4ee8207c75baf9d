package dev.ssoportal.login.saml;

import org.opensaml.security.SecurityException;
import org.opensaml.security.credential.Credential;
import org.opensaml.security.credential.CredentialResolver;
import org.opensaml.security.credential.impl.StaticCredentialResolver;
import org.opensaml.security.x509.BasicX509Credential;
import org.opensaml.xmlsec.config.impl.DefaultSecurityConfigurationBootstrap;
import org.opensaml.xmlsec.keyinfo.KeyInfoCredentialResolver;
import org.opensaml.xmlsec.keyinfo.KeyInfoGenerator;
import org.opensaml.xmlsec.keyinfo.impl.StaticKeyInfoCredentialResolver;
import org.opensaml.xmlsec.signature.KeyInfo;
import org.pac4j.saml.crypto.CredentialProvider;
import org.pac4j.saml.exceptions.SAMLException;

/** Our key as pac4j wants to see it, without a key store file. */
final class SpCredential implements CredentialProvider {
    private final BasicX509Credential credential;

    SpCredential(SpKey key) {
        this.credential = new BasicX509Credential(key.certificate(), key.privateKey());
    }

    @Override
    public Credential getCredential() {
        return credential;
    }

    @Override
    public CredentialResolver getCredentialResolver() {
        return new StaticCredentialResolver(credential);
    }

    @Override
    public KeyInfoCredentialResolver getKeyInfoCredentialResolver() {
        return new StaticKeyInfoCredentialResolver(credential);
    }

    @Override
    public KeyInfoGenerator getKeyInfoGenerator() {
        return DefaultSecurityConfigurationBootstrap.buildBasicKeyInfoGeneratorManager()
                .getDefaultManager()
                .getFactory(credential)
                .newInstance();
    }

    @Override
    public KeyInfo getKeyInfo() {
        try {
            return getKeyInfoGenerator().generate(credential);
        } catch (SecurityException e) {
            throw new SAMLException(e);
        }
    }
}
