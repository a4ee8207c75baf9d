package dev.ssoportal.login.oidc;

import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.time.Instant;
import org.pac4j.oidc.client.OidcClient;

/** What we know of a provider since its discovery document was last good. */
record ProviderConnection(
        OidcClient client, OIDCProviderMetadata metadata, LogoutTokenCheck logoutTokens, Instant since) {}
