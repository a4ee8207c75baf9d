package dev.ssoportal.login;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Limits guessing: a number of tries per name and per address in a window, counted across the cluster. A try is counted before the
 * password is looked at, so that many at once cannot slip through; a success forgives the name's.
 */
public final class SignInThrottle {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int TRIES_PER_NAME = 10;
    private static final int TRIES_PER_ADDRESS = 100;

    private final ExpiringMap<Tries> tries;
    private final Clock clock;

    record Tries(int count, Instant expiresAt) implements Expiring {
        Tries oneMore() {
            return new Tries(count + 1, expiresAt);
        }
    }

    public SignInThrottle(Cluster cluster, Clock clock) {
        this.tries = cluster.map("sign-in-tries", Tries.class, Cluster.Durability.TRANSIENT);
        this.clock = clock;
    }

    /** Counts a try. Says how long to wait when there have been too many; then nothing may be checked. */
    Optional<Duration> admit(String username, String address) {
        Tries byName = count(nameKey(username));
        Tries byAddress = count("address:" + address);
        if (byName.count() > TRIES_PER_NAME) {
            return Optional.of(Duration.between(clock.instant(), byName.expiresAt()));
        }
        if (byAddress.count() > TRIES_PER_ADDRESS) {
            return Optional.of(Duration.between(clock.instant(), byAddress.expiresAt()));
        }
        return Optional.empty();
    }

    void forgive(String username) {
        tries.take(nameKey(username));
    }

    private Tries count(String key) {
        Tries first = new Tries(1, clock.instant().plus(WINDOW));
        while (!tries.putIfAbsent(key, first)) {
            Optional<Tries> counted = tries.update(key, Tries::oneMore);
            if (counted.isPresent()) {
                return counted.get();
            }
        }
        return first;
    }

    private static String nameKey(String username) {
        return "name:" + SecretHash.of(username.toLowerCase(Locale.ROOT));
    }
}
