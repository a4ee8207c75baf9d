package dev.ssoportal.oidc.registration;

import dev.ssoportal.http.PageError;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Limits how many apps one address registers, counted across the cluster. */
public final class RegistrationThrottle {
    private static final Duration WINDOW = Duration.ofHours(1);

    private final ExpiringMap<Count> counts;
    private final int perHour;
    private final Clock clock;

    record Count(int count, Instant expiresAt) implements Expiring {
        Count plusOne() {
            return new Count(count + 1, expiresAt);
        }
    }

    public RegistrationThrottle(Cluster cluster, int perHour, Clock clock) {
        this.counts = cluster.map("registrations", Count.class, Cluster.Durability.BOUNDED);
        this.perHour = perHour;
        this.clock = clock;
    }

    /** @throws PageError 429 when there have been too many from there */
    void count(String address) {
        if (counts.putIfAbsent(address, new Count(1, clock.instant().plus(WINDOW)))) {
            return;
        }
        counts.update(address, Count::plusOne)
                .filter(known -> known.count() > perHour)
                .ifPresent(known -> {
                    throw new PageError(
                            429, "error.too-many", "more than " + perHour + " registrations an hour from one address");
                });
    }
}
