package dev.ssoportal.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * While the database is known to be away, calls fail at once: a queue of calls of which each waits its whole time limit is a wait without
 * limit. One call at a time still tries, and finds out when the database is back.
 */
final class Outage {
    /** How long nobody tries after a try that took as long or longer. One that failed faster costs a shorter pause: waiting saves less. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private static final long NONE = Long.MIN_VALUE;
    private static final long BEING_TRIED = Long.MAX_VALUE;

    private final LongSupplier nanoTime;
    private final long origin;

    /** When the next call may try, in nanoseconds since the origin. */
    private final AtomicLong nextTry = new AtomicLong(NONE);

    Outage(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
    }

    /** Now, in nanoseconds; only differences mean anything. */
    long now() {
        return nanoTime.getAsLong() - origin;
    }

    /** Whether this call may try. Who hears {@code true} says afterwards how it went: {@link #over} or {@link #found}. */
    boolean mayTry() {
        long next = nextTry.get();
        return next == NONE || (next <= now() && nextTry.compareAndSet(next, BEING_TRIED));
    }

    /** The database has answered. */
    void over() {
        if (nextTry.get() != NONE) {
            nextTry.set(NONE);
        }
    }

    /** The database is away, as a call has found out that began then. */
    void found(long began) {
        long now = now();
        nextTry.set(now + Math.min(now - began, LONGEST_PAUSE.toNanos()));
    }
}
