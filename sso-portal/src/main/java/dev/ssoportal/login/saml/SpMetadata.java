package dev.ssoportal.login.saml;

import java.util.Set;
import org.opensaml.saml.common.xml.SAMLConstants;
import org.opensaml.saml.metadata.resolver.impl.AbstractMetadataResolver;
import org.opensaml.saml.saml2.metadata.EntityDescriptor;
import org.opensaml.saml.saml2.metadata.SPSSODescriptor;
import org.pac4j.saml.metadata.BaseSAML2MetadataGenerator;

/** Our metadata: made in memory, with the bindings we answer and nothing that promises more. */
final class SpMetadata extends BaseSAML2MetadataGenerator {
    private static final Set<String> LOGOUT_BINDINGS =
            Set.of(SAMLConstants.SAML2_POST_BINDING_URI, SAMLConstants.SAML2_REDIRECT_BINDING_URI);

    @Override
    protected AbstractMetadataResolver createMetadataResolver() {
        return null;
    }

    @Override
    public boolean storeMetadata(String metadata, boolean force) {
        return false;
    }

    @Override
    protected SPSSODescriptor buildSPSSODescriptor() {
        SPSSODescriptor descriptor = super.buildSPSSODescriptor();
        descriptor.getSingleLogoutServices().removeIf(service -> !LOGOUT_BINDINGS.contains(service.getBinding()));
        descriptor.setExtensions(null);
        return descriptor;
    }

    @Override
    public EntityDescriptor buildEntityDescriptor() {
        EntityDescriptor descriptor = super.buildEntityDescriptor();
        descriptor.setValidUntil(null);
        return descriptor;
    }
}
