package dev.ssoportal.oidc;

import dev.ssoportal.session.SsoSession;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Limits guessing of user codes (<a href="https://www.rfc-editor.org/rfc/rfc8628#section-5.1">RFC 8628, 5.1</a>), by person, counted across the cluster. */
public final class UserCodeThrottle {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int TRIES = 20;

    private final ExpiringMap<Tries> tries;
    private final Clock clock;

    record Tries(int count, Instant expiresAt) implements Expiring {
        Tries plus(int more) {
            return new Tries(Math.max(0, count + more), expiresAt);
        }
    }

    public UserCodeThrottle(Cluster cluster, Clock clock) {
        this.tries = cluster.map("user-code-tries", Tries.class, Cluster.Durability.TRANSIENT);
        this.clock = clock;
    }

    /** Counts a try; says whether it may be made. */
    boolean admits(SsoSession session) {
        String key = session.account().id();
        if (tries.putIfAbsent(key, new Tries(1, clock.instant().plus(WINDOW)))) {
            return true;
        }
        return tries.update(key, known -> known.plus(1))
                .map(known -> known.count() <= TRIES)
                .orElse(true);
    }

    /** Takes back a try that was right. */
    void forgive(SsoSession session) {
        tries.update(session.account().id(), known -> known.plus(-1));
    }
}
