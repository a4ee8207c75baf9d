/**
 * Signing in: which provider, the round trip to it, and what comes back. With its sub-packages the only place that knows pac4j.
 *
 * <p>An attempt begins at {@code /login}, is remembered as a {@link dev.ssoportal.login.LoginAttempt} for minutes, comes back at {@code
 * /federation/{idp}/callback}, and ends at {@code /login/finish}, where the browser proves that it is the one that began. Local accounts
 * sign in at {@code /login/password}. Does not know who asked for the sign-in: it sends the browser back to a path.
 *
 * <p>Routes: {@code /login}, {@code /login/password}, {@code /login/finish}, {@code /federation/{idp}/callback}, {@code
 * /federation/{idp}/metadata}, {@code /federation/{idp}/logout}.
 */
package dev.ssoportal.login;
