/**
 * The OpenID provider: what apps, APIs and service accounts speak with. One endpoint class per endpoint, one {@link
 * dev.ssoportal.oidc.GrantHandler} per grant.
 *
 * <p>Routes: {@code /.well-known/openid-configuration}, {@code /.well-known/oauth-authorization-server}, {@code /oauth2/jwks}, {@code
 * /oauth2/authorize}, {@code /oauth2/consent}, {@code /oauth2/token}, {@code /oauth2/userinfo}, {@code /oauth2/introspect}, {@code
 * /oauth2/revoke}, {@code /oauth2/logout}.
 */
package dev.ssoportal.oidc;
