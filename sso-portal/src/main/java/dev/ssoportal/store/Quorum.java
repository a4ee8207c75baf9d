package dev.ssoportal.store;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether this member has enough others to speak for the cluster. It holds a lease, which only answers of others renew: a member that was
 * cut off, stopped or asleep does not serve what it believed before, even in the first moment after. Two clocks measure it: one that nobody sets,
 * and one that goes on while the machine sleeps.
 */
final class Quorum {
    /** Longer than the pause between two renewals and the longest wait for an answer. */
    private static final Duration LEASE = Duration.ofSeconds(4);

    private static final Duration WAIT = Duration.ofSeconds(1);

    private final IExecutorService executor;
    private final int needed;
    private final Clock clock;
    private volatile Lease lease;

    private record Lease(long nanos, long millis) {}

    /** @param needed how many members, this one included, have to answer */
    Quorum(HazelcastInstance hazelcast, int needed, Clock clock) {
        this.executor = hazelcast.getExecutorService("quorum");
        this.needed = needed;
        this.clock = clock;
        renew(() -> {});
    }

    boolean isHeld() {
        Lease held = lease;
        return needed <= 1
                || (held != null
                        && System.nanoTime() - held.nanos() < LEASE.toNanos()
                        && Math.abs(clock.millis() - held.millis()) < LEASE.toMillis());
    }

    /**
     * Asks every member; called now and then.
     *
     * @param catchUp done before a lease that had run out is held again
     */
    void renew(Runnable catchUp) {
        if (needed <= 1) {
            return;
        }
        Optional<Lease> answered = ask();
        if (answered.isPresent() && !isHeld()) {
            catchUp.run();
            // That may have taken a while; the lease counts from an answer that came after.
            answered = ask();
        }
        answered.ifPresent(fresh -> lease = fresh);
    }

    private Optional<Lease> ask() {
        Lease asked = new Lease(System.nanoTime(), clock.millis());
        try {
            int answers = answers(executor.submitToAllMembers(new Ask()), asked.nanos() + WAIT.toNanos());
            return answers >= needed ? Optional.of(asked) : Optional.empty();
        } catch (HazelcastException e) {
            // Nobody answers: the lease runs out.
            return Optional.empty();
        }
    }

    private static int answers(Map<Member, Future<Boolean>> asked, long until) {
        int answers = 0;
        for (Future<Boolean> answer : asked.values()) {
            try {
                answer.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                answers++;
            } catch (ExecutionException | TimeoutException e) {
                // One that does not answer does not count.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 0;
            }
        }
        return answers;
    }

    /** Answered by whoever is there. */
    private static final class Ask implements Callable<Boolean>, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean call() {
            return true;
        }
    }
}
