package dev.ssoportal.oidc;

import dev.ssoportal.directory.Client;

/** What is particular to one grant; the token endpoint does what is common to all. */
public interface GrantHandler {
    /** The value of {@code grant_type}. */
    String grantType();

    /**
     * @param client authenticated
     * @throws dev.ssoportal.token.OAuthError to refuse
     */
    TokenAnswer handle(Client client, TokenForm form);
}
