package dev.ssoportal.login;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread at a time ask a provider, a few others wait for what it hears, and after a failure nobody ask for a few seconds: a provider
 * that hangs must not collect the portal's threads.
 */
public final class RefreshGate {
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);
    private static final int MAX_WAITING = 8;
    private static final int MAX_WAIT_SECONDS = 6;

    private final ReentrantLock asking = new ReentrantLock();
    private final Semaphore places = new Semaphore(MAX_WAITING);
    private final Clock clock;
    private volatile Instant notBefore = Instant.MIN;
    private final AtomicInteger successes = new AtomicInteger();

    /** Asks the provider. */
    public interface Refresh {
        /** Whether it answered well. */
        boolean run();
    }

    public RefreshGate(Clock clock) {
        this.clock = clock;
    }

    /** Runs the refresh, or waits for that of another thread; does neither when a failure is too recent or too many wait already. */
    public void pass(Refresh refresh) {
        int before = successes.get();
        if (isPaused() || !places.tryAcquire()) {
            return;
        }
        try {
            if (asking.tryLock(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                try {
                    if (before == successes.get() && !isPaused()) {
                        run(refresh);
                    }
                } finally {
                    asking.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private void run(Refresh refresh) {
        if (refresh.run()) {
            successes.incrementAndGet();
        } else {
            notBefore = clock.instant().plus(PAUSE_AFTER_FAILURE);
        }
    }

    private boolean isPaused() {
        return clock.instant().isBefore(notBefore);
    }
}
