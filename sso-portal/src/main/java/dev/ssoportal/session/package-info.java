/**
 * The single sign-on session: one per browser and sign-in, shared by the cluster, joined by the apps the person opens.
 *
 * <p>Owns the session cookie and the rule that judges whether a session is good enough for a request. Does not end sessions for
 * others: {@code logout.SessionEnder} does. Owns no route.
 */
package dev.ssoportal.session;
