package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.TokenRequest;
import dev.ssoportal.directory.Client;

/** What is particular to one grant; the token endpoint does what is common to all. */
public interface GrantHandler {
    GrantType grantType();

    /**
     * @param client authenticated
     * @throws dev.ssoportal.token.OAuthError to refuse
     */
    TokenAnswer handle(Client client, TokenRequest request);
}
