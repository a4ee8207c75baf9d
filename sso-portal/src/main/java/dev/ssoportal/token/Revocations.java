package dev.ssoportal.token;

import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.SharedMarks;
import java.time.Clock;

/**
 * Marks on access tokens that must not be accepted although they have not expired: by token, by grant, by session. Written through to
 * SQL, since what was revoked stays revoked; known to every member before the revocation is acknowledged; kept as long as a marked token
 * could live.
 */
public final class Revocations {
    private final SharedMarks marks;
    private final TokenConfig config;
    private final Clock clock;

    public Revocations(Cluster cluster, TokenConfig config, Clock clock) {
        this.marks = cluster.marks("revocations");
        this.config = config;
        this.clock = clock;
    }

    public void revokeToken(String tokenId) {
        mark("jti:" + tokenId);
    }

    public void revokeGrant(String grantId) {
        mark("grant:" + grantId);
    }

    public void revokeSession(String sessionId) {
        mark("sid:" + sessionId);
    }

    boolean isTokenRevoked(String tokenId) {
        return marks.has("jti:" + tokenId);
    }

    public boolean isGrantRevoked(String grantId) {
        return marks.has("grant:" + grantId);
    }

    public boolean isSessionRevoked(String sessionId) {
        return marks.has("sid:" + sessionId);
    }

    public void deleteExpired() {
        marks.deleteExpired();
    }

    private void mark(String key) {
        marks.put(key, clock.instant().plus(config.accessTokenLifetime()).plusSeconds(60));
    }
}
