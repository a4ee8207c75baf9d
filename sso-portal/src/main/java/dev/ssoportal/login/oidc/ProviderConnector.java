package dev.ssoportal.login.oidc;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.login.NeverAjax;
import java.io.IOException;
import java.time.Clock;
import org.pac4j.core.exception.TechnicalException;
import org.pac4j.core.http.callback.NoParameterCallbackUrlResolver;
import org.pac4j.oidc.client.OidcClient;
import org.pac4j.oidc.config.OidcConfiguration;
import org.pac4j.oidc.metadata.StaticOidcOpMetadataResolver;

/** Makes a {@link ProviderConnection} of a provider's discovery document and our configuration: pac4j's client, strictly set up. */
final class ProviderConnector {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = 5_000;
    private static final int MAX_KEY_BYTES = 1024 * 1024;

    private final IdentityProvider provider;
    private final IdentityProvider.Oidc protocol;
    private final String baseUrl;
    private final OutboundHttp http;
    private final Clock clock;

    ProviderConnector(
            IdentityProvider provider, IdentityProvider.Oidc protocol, String baseUrl, OutboundHttp http, Clock clock) {
        this.provider = provider;
        this.protocol = protocol;
        this.baseUrl = baseUrl;
        this.http = http;
        this.clock = clock;
    }

    /** @throws IOException when the provider cannot be asked, or announces what cannot be used */
    ProviderConnection open() throws IOException {
        OIDCProviderMetadata metadata = ProviderMetadata.fetch(http, protocol.issuer());
        OidcConfiguration configuration = configuration();
        StaticOidcOpMetadataResolver resolver = new StaticOidcOpMetadataResolver(configuration, metadata);
        resolver.setMaxAttempts(-1);
        OidcClient client = new OidcClient(configuration);
        client.setName(provider.id());
        client.setCallbackUrl(baseUrl + "/federation/" + provider.id() + "/callback");
        client.setCallbackUrlResolver(new NoParameterCallbackUrlResolver());
        client.setCheckAuthenticationAttempt(false);
        client.setAjaxRequestResolver(NeverAjax.INSTANCE);
        client.setMaxAttempts(-1);
        client.setMinTimeIntervalBetweenAttemptsInMilliseconds(-1);
        try {
            resolver.init();
            configuration.setOpMetadataResolver(resolver);
            client.init();
        } catch (TechnicalException e) {
            throw new IOException("provider " + provider.id() + " cannot be used: " + e.getMessage(), e);
        }
        LogoutTokenCheck logoutTokens = new LogoutTokenCheck(metadata, protocol.clientId(), keys(metadata), clock);
        return new ProviderConnection(client, metadata, logoutTokens, clock.instant());
    }

    private static JWKSource<SecurityContext> keys(OIDCProviderMetadata metadata) throws IOException {
        if (metadata.getJWKSetURI() == null) {
            throw new IOException("no jwks_uri");
        }
        return JWKSourceBuilder.create(
                        metadata.getJWKSetURI().toURL(),
                        new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, MAX_KEY_BYTES))
                .retrying(true)
                .build();
    }

    private OidcConfiguration configuration() {
        OidcConfiguration configuration = new OidcConfiguration();
        configuration.setClientId(protocol.clientId());
        protocol.clientSecret().ifPresent(secret -> configuration.setSecret(secret.reveal()));
        configuration.setClientAuthenticationMethod(
                protocol.clientSecret().isEmpty()
                        ? ClientAuthenticationMethod.NONE
                        : protocol.secretInBody()
                                ? ClientAuthenticationMethod.CLIENT_SECRET_POST
                                : ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        configuration.setScope(String.join(" ", protocol.scopes()));
        configuration.setUseNonce(true);
        configuration.setDisablePkce(false);
        configuration.setPkceMethod(CodeChallengeMethod.S256);
        configuration.setWithState(true);
        configuration.setStateGenerator(context ->
                context.sessionStore().getSessionId(context.webContext(), true).orElseThrow());
        configuration.setValueRetriever((context, key, client) -> context.sessionStore()
                .get(context.webContext(), key)
                .map(value -> key.equals(client.getStateSessionAttributeName())
                        ? new State(value.toString())
                        : key.equals(client.getCodeVerifierSessionAttributeName())
                                ? new CodeVerifier(value.toString())
                                : value));
        configuration.setConnectTimeout(CONNECT_MILLIS);
        configuration.setReadTimeout(READ_MILLIS);
        configuration.setMaxClockSkew(60);
        configuration.setCallUserInfoEndpoint(false);
        configuration.setExpireSessionWithToken(false);
        configuration.setAllowUnsignedIdTokens(false);
        configuration.setMaxAttempts(-1);
        configuration.setMinTimeIntervalBetweenAttemptsInMilliseconds(-1);
        return configuration;
    }
}
