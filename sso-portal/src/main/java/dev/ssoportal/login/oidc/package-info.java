/** Upstream providers that speak OpenID Connect: pac4j's {@code OidcClient} with the holes in its defaults closed. */
package dev.ssoportal.login.oidc;
