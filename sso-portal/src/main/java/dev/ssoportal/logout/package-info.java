/**
 * How a session ends. {@link dev.ssoportal.logout.SessionEnder} is the only way; whoever wants a session to end, be it an app, a person,
 * an upstream or the clock, calls it. It tells the participants through {@link dev.ssoportal.logout.LogoutChannel}s and leads the
 * browser past those that only a browser can tell.
 *
 * <p>Route: {@code /logout/next}.
 */
package dev.ssoportal.logout;
