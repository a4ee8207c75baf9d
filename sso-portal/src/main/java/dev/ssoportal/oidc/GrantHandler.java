package dev.ssoportal.oidc;

/** What is particular to one grant; the token endpoint does what is common to all. */
public interface GrantHandler {
    /** The value of {@code grant_type}. */
    String grantType();

    /** @throws dev.ssoportal.token.OAuthError to refuse */
    TokenAnswer handle(TokenRequest request);
}
