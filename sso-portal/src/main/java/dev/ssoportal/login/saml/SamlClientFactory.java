package dev.ssoportal.login.saml;

import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.login.NeverAjax;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.opensaml.saml.common.xml.SAMLConstants;
import org.opensaml.storage.ReplayCache;
import org.pac4j.core.http.callback.NoParameterCallbackUrlResolver;
import org.pac4j.saml.client.SAML2Client;
import org.pac4j.saml.config.SAML2Configuration;
import org.pac4j.saml.metadata.SAML2ServiceProviderMetadataResolver;
import org.pac4j.saml.metadata.keystore.SAML2KeystoreGenerator;
import org.pac4j.saml.store.HttpSessionStoreFactory;

/** Configures a client per provider: what is signed, with what, how fresh an answer has to be, and where it may be sent. */
public final class SamlClientFactory {
    private static final int SKEW_SECONDS = 60;
    private static final int MAX_AUTHENTICATION_AGE_SECONDS = 12 * 3600;

    private final String baseUrl;
    private final Supplier<SpKey> key;
    private final ReplayCache replayCache;
    private final OutboundHttp http;
    private final Path data;

    /** @param key asked for when the first SAML provider is used */
    public SamlClientFactory(
            String baseUrl, Supplier<SpKey> key, ReplayCache replayCache, OutboundHttp http, Path data) {
        this.baseUrl = baseUrl;
        this.key = key;
        this.replayCache = replayCache;
        this.http = http;
        this.data = data;
    }

    String baseUrl() {
        return baseUrl;
    }

    IdpMetadata metadata(IdentityProvider provider, IdentityProvider.Saml protocol) {
        return new IdpMetadata(provider.id(), protocol.metadata(), protocol.entityId(), http, data);
    }

    /** Our metadata for a provider; it needs nothing of the provider, since its operator may want ours first. */
    String spMetadata(IdentityProvider provider, IdentityProvider.Saml protocol) {
        SAML2Configuration configuration = configuration(provider, protocol);
        configuration.init();
        return new SAML2ServiceProviderMetadataResolver(configuration).getMetadata();
    }

    SAML2Client client(IdentityProvider provider, IdentityProvider.Saml protocol, IdpMetadata idpMetadata) {
        SAML2Configuration configuration = configuration(provider, protocol);
        configuration.setIdentityProviderMetadataResolver(idpMetadata);
        configuration.setIdentityProviderEntityId(idpMetadata.getEntityId());
        StrictSamlClient client = new StrictSamlClient(configuration, replayCache);
        client.setName(provider.id());
        client.setCallbackUrl(configuration.getAssertionConsumerServiceUrl());
        client.setCallbackUrlResolver(new NoParameterCallbackUrlResolver());
        client.setCheckAuthenticationAttempt(false);
        client.setAjaxRequestResolver(NeverAjax.INSTANCE);
        client.setMaxAttempts(-1);
        client.setMinTimeIntervalBetweenAttemptsInMilliseconds(-1);
        client.init();
        return client;
    }

    private SAML2Configuration configuration(IdentityProvider provider, IdentityProvider.Saml protocol) {
        String federation = baseUrl + "/federation/" + provider.id();
        SAML2Configuration configuration = new SAML2Configuration();
        configuration.setKeystoreGenerator(new NoKeystore());
        configuration.setCredentialProvider(new SpCredential(key.get()));
        configuration.setServiceProviderEntityId(federation + "/metadata");
        configuration.setAssertionConsumerServiceUrl(federation + "/callback");
        configuration.setSingleSignOutServiceUrl(federation + "/logout");
        configuration.setAuthnRequestSigned(true);
        configuration.setSpLogoutRequestSigned(true);
        configuration.setAuthnRequestBindingType(
                protocol.postBinding()
                        ? SAMLConstants.SAML2_POST_BINDING_URI
                        : SAMLConstants.SAML2_REDIRECT_BINDING_URI);
        configuration.setSpLogoutRequestBindingType(SAMLConstants.SAML2_REDIRECT_BINDING_URI);
        configuration.setSpLogoutResponseBindingType(SAMLConstants.SAML2_REDIRECT_BINDING_URI);
        configuration.setSignatureAlgorithms(Algorithms.OUR_SIGNATURES);
        configuration.setSignatureReferenceDigestMethods(Algorithms.OUR_DIGESTS);
        configuration.setWantsAssertionsSigned(true);
        configuration.setMaximumAuthenticationLifetime(MAX_AUTHENTICATION_AGE_SECONDS);
        configuration.setAcceptedSkew(SKEW_SECONDS);
        configuration.setResponseDestinationAttributeMandatory(true);
        configuration.setSamlMessageStoreFactory(new HttpSessionStoreFactory());
        configuration.setMetadataGenerator(new SpMetadata());
        configuration.setMaxAttempts(-1);
        configuration.setMinTimeIntervalBetweenAttemptsInMilliseconds(-1);
        return configuration;
    }

    /** Our key is in the database; pac4j shall neither look for a key store nor make one. */
    private static final class NoKeystore implements SAML2KeystoreGenerator {
        @Override
        public void generate() {
            throw new IllegalStateException("not called, since there is nothing to generate");
        }

        @Override
        public boolean shouldGenerate() {
            return false;
        }

        @Override
        public InputStream retrieve() {
            return InputStream.nullInputStream();
        }
    }
}
