package dev.ssoportal.login.saml;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.opensaml.storage.ReplayCache;

/** Remembers the messages and assertions seen, for the whole cluster: of all who present one, one is the first. */
public final class ClusterReplayCache implements ReplayCache {
    private static final Duration AT_LEAST = Duration.ofMinutes(10);

    private final ExpiringMap<Seen> seen;
    private final Clock clock;

    record Seen(Instant expiresAt) implements Expiring {}

    public ClusterReplayCache(Cluster cluster, Clock clock) {
        this.seen = cluster.map("saml-seen", Seen.class, Cluster.Durability.TRANSIENT);
        this.clock = clock;
    }

    @Override
    public boolean check(String context, String key, Instant expires) {
        Instant atLeast = clock.instant().plus(AT_LEAST);
        Instant until = expires != null && expires.isAfter(atLeast) ? expires : atLeast;
        return seen.putIfAbsent(SecretHash.of(context + "\n" + key), new Seen(until));
    }
}
