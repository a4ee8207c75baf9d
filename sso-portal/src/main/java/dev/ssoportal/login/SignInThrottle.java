package dev.ssoportal.login;

import com.google.common.net.InetAddresses;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Limits guessing, counted across the cluster: tries of one name from one address, of one name from anywhere, and from one address. A try is
 * counted before the password is looked at, so that many at once cannot slip through; a success takes back what it has cost. The limit per
 * name alone is high: a low one would let anybody lock anybody out.
 */
public final class SignInThrottle {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int TRIES_PER_NAME_AND_ADDRESS = 10;
    private static final int TRIES_PER_NAME = 200;
    private static final int TRIES_PER_ADDRESS = 100;

    private final ExpiringMap<Tries> tries;
    private final Clock clock;

    record Tries(int count, Instant expiresAt) implements Expiring {
        Tries plus(int more) {
            return new Tries(Math.max(0, count + more), expiresAt);
        }
    }

    private record Limit(String key, int tries) {}

    public SignInThrottle(Cluster cluster, Clock clock) {
        this.tries = cluster.map("sign-in-tries", Tries.class, Cluster.Durability.TRANSIENT);
        this.clock = clock;
    }

    /** Counts a try. Says how long to wait when there have been too many; then nothing may be checked. */
    Optional<Duration> admit(String username, String address) {
        for (Limit limit : limits(username, address)) {
            Tries counted = count(limit.key());
            if (counted.count() > limit.tries()) {
                return Optional.of(Duration.between(clock.instant(), counted.expiresAt()));
            }
        }
        return Optional.empty();
    }

    /** Takes back a try that has turned out right. */
    void forgive(String username, String address) {
        limits(username, address).forEach(limit -> tries.update(limit.key(), known -> known.plus(-1)));
    }

    /** The address first: whoever has used up his address adds nothing to anybody's name. */
    private static List<Limit> limits(String username, String address) {
        String name = SecretHash.of(username.toLowerCase(Locale.ROOT));
        String network = network(address);
        return List.of(
                new Limit("address:" + network, TRIES_PER_ADDRESS),
                new Limit("pair:" + name + ":" + network, TRIES_PER_NAME_AND_ADDRESS),
                new Limit("name:" + name, TRIES_PER_NAME));
    }

    /** An IPv6 host has a whole /64 to send from. */
    @SuppressWarnings("UnstableApiUsage")
    private static String network(String address) {
        if (!InetAddresses.isInetAddress(address)) {
            return address;
        }
        byte[] bytes = InetAddresses.forString(address).getAddress();
        return HexFormat.of().formatHex(bytes, 0, bytes.length == 16 ? 8 : bytes.length);
    }

    private Tries count(String key) {
        Tries first = new Tries(1, clock.instant().plus(WINDOW));
        while (!tries.putIfAbsent(key, first)) {
            Optional<Tries> counted = tries.update(key, known -> known.plus(1));
            if (counted.isPresent()) {
                return counted.get();
            }
        }
        return first;
    }
}
