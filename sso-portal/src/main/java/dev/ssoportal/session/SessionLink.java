package dev.ssoportal.session;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.UpstreamIdentity;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a session is found by anything but its id, and what is rarely asked about it. In SQL only, so that the record in the cluster stays
 * small.
 *
 * @param upstreamSession a hash of the provider's session id, if it told one
 * @param upstreamName a hash of what the provider's logout messages call the person
 * @param upstreamLogout what the provider wants to hear at logout; only its own upstream reads it
 * @param expiresAt the absolute limit of the session
 */
public record SessionLink(
        String sessionId,
        String accountId,
        String provider,
        Optional<String> upstreamSession,
        String upstreamName,
        Map<String, String> upstreamLogout,
        Device device,
        Instant expiresAt) {

    /** The provider's own name of its session, among the facts for logout. */
    public static final String UPSTREAM_SESSION = "session";

    static SessionLink of(SsoSession session, UpstreamIdentity identity, Device device) {
        Map<String, String> logout = new HashMap<>(identity.logout());
        identity.sessionId().ifPresent(id -> logout.put(UPSTREAM_SESSION, id));
        return new SessionLink(
                session.id(),
                session.account().id(),
                identity.provider(),
                identity.sessionId().map(id -> sessionKey(identity.provider(), id)),
                nameKey(identity.provider(), identity.logoutName()),
                logout,
                device,
                session.endsAt());
    }

    static String sessionKey(String provider, String upstreamSessionId) {
        return SecretHash.of(provider + "\nsession\n" + upstreamSessionId);
    }

    static String nameKey(String provider, String name) {
        return SecretHash.of(provider + "\nname\n" + name);
    }
}
