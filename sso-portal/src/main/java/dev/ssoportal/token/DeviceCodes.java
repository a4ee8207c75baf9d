package dev.ssoportal.token;

import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import dev.ssoportal.store.OwnerStep;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Device codes (<a href="https://www.rfc-editor.org/rfc/rfc8628">RFC 8628</a>): a device that has no browser holds one and asks, a person types the
 * other into a browser and allows. Each is good once.
 */
public final class DeviceCodes {
    /** How much longer a device that asks too often has to wait (3.5). */
    private static final Duration SLOWER = Duration.ofSeconds(5);

    /** No vowels, so that no words come of it, and nothing that looks like something else (6.1). */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int USER_CODE_LETTERS = 8;

    private final ExpiringMap<Device> devices;
    private final ExpiringMap<UserCode> userCodes;
    private final TokenConfig config;
    private final RandomIds ids;
    private final Clock clock;

    /** What has become of a request of a device. */
    enum State {
        PENDING,
        ALLOWED,
        DENIED,
        USED
    }

    /**
     * A device that waits.
     *
     * @param authorization what the person has granted, once she has
     * @param pollAfter before that it has to wait
     */
    public record Device(
            String clientId,
            String userCode,
            Set<String> scopes,
            List<String> audiences,
            State state,
            Optional<Authorization> authorization,
            Duration interval,
            Instant pollAfter,
            Optional<String> usedBy,
            Instant expiresAt)
            implements Expiring {
        public Device {
            scopes = scopes == null ? Set.of() : Set.copyOf(scopes);
            audiences = audiences == null ? List.of() : List.copyOf(audiences);
            authorization = authorization == null ? Optional.empty() : authorization;
            usedBy = usedBy == null ? Optional.empty() : usedBy;
        }

        public boolean isPending() {
            return state == State.PENDING;
        }

        private Device with(State newState, Optional<Authorization> granted, Optional<String> user) {
            return new Device(
                    clientId, userCode, scopes, audiences, newState, granted, interval, pollAfter, user, expiresAt);
        }

        Device decided(Optional<Authorization> granted) {
            return isPending() ? with(granted.isPresent() ? State.ALLOWED : State.DENIED, granted, usedBy) : this;
        }

        Device used(String user) {
            return state == State.ALLOWED ? with(State.USED, authorization, Optional.of(user)) : this;
        }

        /** The very poll that it counts from is not too early, should it be made twice. */
        boolean isTooEarly(Instant now) {
            return now.isBefore(pollAfter) && !pollAfter.equals(now.plus(interval));
        }

        Device polled(Instant now) {
            Duration next = isTooEarly(now) ? interval.plus(SLOWER) : interval;
            return new Device(
                    clientId,
                    userCode,
                    scopes,
                    audiences,
                    state,
                    authorization,
                    next,
                    now.plus(next),
                    usedBy,
                    expiresAt);
        }
    }

    /** @param user names this poll: when the owner of the record dies while it answers, we know our own hand again */
    private record Poll(String clientId, String user, Instant now) implements OwnerStep<Device> {
        @Override
        public Device apply(Device device) {
            if (!device.clientId().equals(clientId)) {
                return device;
            }
            return device.isPending() ? device.polled(now) : device.used(user);
        }
    }

    record UserCode(String device, Instant expiresAt) implements Expiring {}

    /** What a device gets. */
    public record Issued(String deviceCode, String userCode, Duration lifetime, Duration interval) {}

    /** What a device hears when it asks. */
    public sealed interface Answer {
        record Granted(Authorization authorization) implements Answer {}

        record Pending() implements Answer {}

        record TooFast() implements Answer {}

        record Denied() implements Answer {}

        /** Expired, used, or never there, or another client's. */
        record Unknown() implements Answer {}
    }

    public DeviceCodes(Cluster cluster, TokenConfig config, RandomIds ids, Clock clock) {
        this.devices = cluster.map("device-codes", Device.class, Cluster.Durability.BOUNDED);
        this.userCodes = cluster.map("user-codes", UserCode.class, Cluster.Durability.BOUNDED);
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    public Issued issue(String clientId, Set<String> scopes, List<String> audiences) {
        String deviceCode = ids.secret();
        String key = SecretHash.of(deviceCode);
        Instant expiresAt = clock.instant().plus(config.deviceCodeLifetime());
        String userCode = letters();
        while (!userCodes.putIfAbsent(userCode, new UserCode(key, expiresAt))) {
            userCode = letters();
        }
        devices.put(
                key,
                new Device(
                        clientId,
                        userCode,
                        scopes,
                        audiences,
                        State.PENDING,
                        Optional.empty(),
                        config.deviceInterval(),
                        clock.instant(),
                        Optional.empty(),
                        expiresAt));
        return new Issued(deviceCode, shown(userCode), config.deviceCodeLifetime(), config.deviceInterval());
    }

    private String letters() {
        StringBuilder letters = new StringBuilder();
        while (letters.length() < USER_CODE_LETTERS) {
            int random = ids.bytes(1)[0] & 0xff;
            // Bytes beyond the last whole round would make some letters likelier.
            if (random < 256 / LETTERS.length() * LETTERS.length()) {
                letters.append(LETTERS.charAt(random % LETTERS.length()));
            }
        }
        return letters.toString();
    }

    /** As people read it: in two halves. */
    public static String shown(String userCode) {
        return userCode.substring(0, USER_CODE_LETTERS / 2) + "-" + userCode.substring(USER_CODE_LETTERS / 2);
    }

    private static String typed(String text) {
        return text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "");
    }

    /** The device that waits under a user code, however it was typed. */
    public Optional<Device> find(String userCode) {
        return userCodes
                .get(typed(userCode))
                .flatMap(found -> devices.get(found.device()))
                .filter(Device::isPending);
    }

    /**
     * The person's answer.
     *
     * @param authorization what she grants; empty means nothing
     * @return whether it was still waited for: of all who answer, one hears {@code true}
     */
    public boolean decide(String userCode, Optional<Authorization> authorization) {
        return userCodes
                .take(typed(userCode))
                .flatMap(found -> devices.change(found.device(), device -> device.decided(authorization)))
                .filter(change -> change.before().isPending())
                .isPresent();
    }

    /** The grant behind a device code, without using it. */
    public Optional<Authorization> peek(String deviceCode) {
        return devices.get(SecretHash.of(deviceCode))
                .filter(device -> device.state() == State.ALLOWED)
                .flatMap(Device::authorization);
    }

    /** A device asks. Of all who hold one code, one gets {@code Granted}. */
    public Answer poll(String deviceCode, String clientId) {
        Instant now = clock.instant();
        String user = ids.id();
        Optional<Device> found = devices.changeAtOwner(SecretHash.of(deviceCode), new Poll(clientId, user, now))
                .filter(device -> device.clientId().equals(clientId));
        if (found.isEmpty()) {
            return new Answer.Unknown();
        }
        Device before = found.get();
        return switch (before.state()) {
            case PENDING -> before.isTooEarly(now) ? new Answer.TooFast() : new Answer.Pending();
            case ALLOWED -> new Answer.Granted(before.authorization().orElseThrow());
            case DENIED -> new Answer.Denied();
            case USED ->
                before.usedBy().equals(Optional.of(user))
                        ? new Answer.Granted(before.authorization().orElseThrow())
                        : new Answer.Unknown();
        };
    }
}
