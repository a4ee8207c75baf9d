package dev.ssoportal.token;

import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Instant;

/**
 * Marks on access tokens that must not be accepted although they have not expired: by token, by grant, by session. Written through to
 * SQL, since what was revoked stays revoked; kept as long as a marked token could live.
 */
public final class Revocations {
    private final ExpiringMap<Mark> marks;
    private final TokenConfig config;
    private final Clock clock;

    record Mark(Instant expiresAt) implements Expiring {}

    public Revocations(Cluster cluster, TokenConfig config, Clock clock) {
        this.marks = cluster.map("revocations", Mark.class, Cluster.Durability.LOADED_AT_START);
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
        return marks.get("jti:" + tokenId).isPresent();
    }

    public boolean isGrantRevoked(String grantId) {
        return marks.get("grant:" + grantId).isPresent();
    }

    public boolean isSessionRevoked(String sessionId) {
        return marks.get("sid:" + sessionId).isPresent();
    }

    private void mark(String key) {
        marks.put(
                key, new Mark(clock.instant().plus(config.accessTokenLifetime()).plusSeconds(60)));
    }
}
