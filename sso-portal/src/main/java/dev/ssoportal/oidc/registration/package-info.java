/** Apps that register themselves: RFC 7591, RFC 7592, OpenID Connect Dynamic Client Registration. */
package dev.ssoportal.oidc.registration;
