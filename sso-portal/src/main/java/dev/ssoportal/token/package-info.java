/**
 * Tokens: what was granted ({@link dev.ssoportal.token.Authorization}), codes and refresh tokens that stand for it, the JWTs that carry
 * it, and the marks of what has been revoked.
 *
 * <p>Knows nothing of requests; {@code oidc} does. Owns no route.
 */
package dev.ssoportal.token;
