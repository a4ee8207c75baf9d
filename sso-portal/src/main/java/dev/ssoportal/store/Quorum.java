package dev.ssoportal.store;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether this member has enough others to speak for the cluster. It holds a lease, which only answers of others renew: a member that was
 * cut off, or whose machine has slept, does not serve what it believed before, even in the first moment after.
 */
final class Quorum {
    /** Longer than the pause between two renewals and the longest wait for an answer. */
    private static final Duration LEASE = Duration.ofSeconds(4);

    private static final Duration WAIT = Duration.ofSeconds(1);

    private final IExecutorService executor;
    private final int needed;
    private volatile long heldUntil = System.nanoTime();

    /** @param needed how many members, this one included, have to answer */
    Quorum(HazelcastInstance hazelcast, int needed) {
        this.executor = hazelcast.getExecutorService("quorum");
        this.needed = needed;
        renew(() -> {});
    }

    boolean isHeld() {
        return needed <= 1 || heldUntil - System.nanoTime() > 0;
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
        long asked = System.nanoTime();
        try {
            if (answers(executor.submitToAllMembers(new Ask()), asked + WAIT.toNanos()) >= needed) {
                if (!isHeld()) {
                    catchUp.run();
                }
                heldUntil = asked + LEASE.toNanos();
            }
        } catch (HazelcastException e) {
            // Nobody answers: the lease runs out.
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
