package dev.ssoportal.login.saml;

import org.opensaml.storage.ReplayCache;
import org.opensaml.xmlsec.keyinfo.impl.StaticKeyInfoCredentialResolver;
import org.pac4j.saml.client.SAML2Client;
import org.pac4j.saml.config.SAML2Configuration;
import org.pac4j.saml.crypto.ExplicitSignatureTrustEngineProvider;

/** pac4j's client, put together from the strict parts of this package. */
final class StrictSamlClient extends SAML2Client {
    private final ReplayCache cache;

    StrictSamlClient(SAML2Configuration configuration, ReplayCache cache) {
        super(configuration);
        this.cache = cache;
    }

    @Override
    protected void initSAMLReplayCache(boolean forceReinit) {
        replayCache = () -> cache;
    }

    @Override
    protected void initDecrypter(boolean forceReinit) {
        decrypter = new StrictDecrypter(new StaticKeyInfoCredentialResolver(
                configuration.getCredentialProvider().getCredential()));
    }

    @Override
    protected void initSignatureTrustEngineProvider(boolean forceReinit) {
        ExplicitSignatureTrustEngineProvider explicit = new ExplicitSignatureTrustEngineProvider(
                identityProviderMetadataResolver, serviceProviderMetadataResolver);
        signatureTrustEngineProvider = () -> new StrictTrustEngine(explicit.build());
    }

    @Override
    protected void initSAMLResponseValidator(boolean forceReinit) {
        StrictResponseValidator validator =
                new StrictResponseValidator(signatureTrustEngineProvider, decrypter, replayCache, configuration);
        validator.setAcceptedSkew(configuration.getAcceptedSkew());
        authnResponseValidator = validator;
    }

    @Override
    protected void initSAMLLogoutResponseValidator(boolean forceReinit) {
        StrictLogoutValidator validator = new StrictLogoutValidator(
                signatureTrustEngineProvider, decrypter, replayCache, configuration.getUriComparator());
        validator.setAcceptedSkew(configuration.getAcceptedSkew());
        validator.setExpectedDestination(configuration.getSingleSignOutServiceUrl());
        logoutValidator = validator;
    }

    @Override
    protected void initStateGenerator(boolean forceReinit) {
        stateGenerator = context ->
                context.sessionStore().getSessionId(context.webContext(), true).orElseThrow();
    }
}
