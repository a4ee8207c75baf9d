package dev.ssoportal.store;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.map.IMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A map shared by the members of the cluster whose records expire. Each operation is atomic across the cluster. A record whose time
 * has passed by our clock is absent, whatever the eviction has done so far.
 *
 * <p>Every operation throws {@link UncheckedIOException} when the cluster, or the database behind a durable map, does not answer. A write that
 * is not answered may have been done.
 */
public final class ExpiringMap<V extends Expiring> {
    private static final int MAX_CONTENTION = 100;

    private final IMap<String, byte[]> map;
    private final Class<V> type;
    private final Clock clock;

    ExpiringMap(IMap<String, byte[]> map, Class<V> type, Clock clock) {
        this.map = map;
        this.type = type;
        this.clock = clock;
    }

    public Optional<V> get(String key) {
        return live(bytes(key));
    }

    private byte[] bytes(String key) {
        return guarded(() -> map.get(key));
    }

    public void put(String key, V value) {
        long millis = remainingMillis(value);
        guarded(() -> {
            map.set(key, Packed.of(value, 0), millis, TimeUnit.MILLISECONDS);
            return true;
        });
    }

    /** Puts the value unless a live one is there. Says whether it did: of all callers with one key, one hears {@code true}. */
    public boolean putIfAbsent(String key, V value) {
        byte[] bytes = Packed.of(value, 0);
        long millis = remainingMillis(value);
        for (int attempt = 0; attempt < MAX_CONTENTION; attempt++) {
            byte[] present = guarded(() -> map.putIfAbsent(key, bytes, millis, TimeUnit.MILLISECONDS));
            if (present == null) {
                return true;
            }
            if (live(present).isPresent()) {
                return false;
            }
            if (replace(key, present, Packed.of(value, Packed.version(present) + 1), millis)) {
                return true;
            }
        }
        throw contention(key);
    }

    /**
     * Replaces the value by what the step makes of it; the step may run more than once and must have no effects. Absent stays absent.
     *
     * @return the value now in the map
     */
    public Optional<V> update(String key, UnaryOperator<V> step) {
        return change(key, step).map(Change::after);
    }

    /** What a successful {@link #change} found and what it left. */
    public record Change<V>(V before, V after) {}

    /** Like {@link #update}, and tells what was there before. */
    public Optional<Change<V>> change(String key, UnaryOperator<V> step) {
        for (int attempt = 0; attempt < MAX_CONTENTION; attempt++) {
            byte[] bytes = bytes(key);
            Optional<V> before = live(bytes);
            if (before.isEmpty()) {
                return Optional.empty();
            }
            V after = step.apply(before.get());
            if (after.equals(before.get())
                    || replace(key, bytes, Packed.of(after, Packed.version(bytes) + 1), remainingMillis(after))) {
                return Optional.of(new Change<>(before.get(), after));
            }
        }
        throw contention(key);
    }

    /**
     * Replaces the value by what the step makes of it, in one step at its owner. Absent stays absent. Not for durable maps, whose database may
     * object.
     *
     * @return what was there before; what the step itself has made, when the owner died while it answered and its successor was asked again
     */
    public Optional<V> changeAtOwner(String key, OwnerStep<V> step) {
        return live(guarded(() -> map.executeOnKey(key, new ChangeAtOwner<>(type, step, clock.instant()))));
    }

    /** Removes and returns the value: of all callers with one key, one gets it. */
    public Optional<V> take(String key) {
        return live(guarded(() -> map.remove(key)));
    }

    private boolean replace(String key, byte[] expected, byte[] updated, long millis) {
        try {
            return guarded(() -> map.executeOnKey(key, new CompareAndSet(expected, updated, millis)));
        } catch (NoSuchElementException e) {
            // Removed or changed on the other side of a split: what we have of it is worth nothing, SQL says what is.
            map.evict(key);
            return false;
        }
    }

    private Optional<V> live(byte[] bytes) {
        if (bytes == null) {
            return Optional.empty();
        }
        V value = Packed.read(bytes, type);
        return value.expiresAt().isAfter(clock.instant()) ? Optional.of(value) : Optional.empty();
    }

    private long remainingMillis(V value) {
        return lifetimeMillis(Duration.between(clock.instant(), value.expiresAt()));
    }

    /** A second more than needed: eviction rounds, and a mark must not be gone before its time. */
    static long lifetimeMillis(Duration remaining) {
        return Math.max(0, remaining.toMillis()) + 1000;
    }

    private static UncheckedIOException contention(String key) {
        return new UncheckedIOException(
                "too many changes at once", new IOException("contention on a record, key length " + key.length()));
    }

    private <T> T guarded(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (UncheckedIOException | NoSuchElementException e) {
            throw e;
        } catch (HazelcastException e) {
            throw translated(e);
        }
    }

    /** What the database behind a durable map has said is passed on; whatever a change of members brings about is for the moment. */
    private RuntimeException translated(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UncheckedIOException away) {
                return away;
            }
            if (cause instanceof NoSuchElementException removed) {
                return removed;
            }
        }
        return new UncheckedIOException(
                "the cluster does not answer about " + map.getName(),
                new IOException(String.valueOf(failure), failure));
    }
}
