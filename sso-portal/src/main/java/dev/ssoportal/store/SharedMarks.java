package dev.ssoportal.store;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.MemberLeftException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Marks that are looked for at every request and hardly ever there. A mark is written through to SQL, then pushed to every member, and only then
 * acknowledged; looking for one touches nothing but this member's memory. So a mark that has been acknowledged is seen everywhere, which a
 * near cache would not promise.
 */
public final class SharedMarks {
    static final String LOCAL = "marks";

    private final ExpiringMap<Mark> durable;
    private final Map<String, Long> local;
    private final IExecutorService executor;
    private final Duration timeout;
    private final Clock clock;

    record Mark(Instant expiresAt) implements Expiring {}

    SharedMarks(HazelcastInstance hazelcast, ExpiringMap<Mark> durable, Duration timeout, Clock clock) {
        this.durable = durable;
        this.executor = hazelcast.getExecutorService("marks");
        this.local = local(hazelcast);
        this.timeout = timeout;
        this.clock = clock;
        load();
        // After a split both sides have marks that the other lacks: whoever comes back, and whoever sees somebody come,
        // reads again.
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                load();
            }
        });
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                reload();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                // What it knew, the others know.
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Long> local(HazelcastInstance hazelcast) {
        return (Map<String, Long>)
                hazelcast.getUserContext().computeIfAbsent(LOCAL, key -> new ConcurrentHashMap<String, Long>());
    }

    /** A member that joins knows what is marked before it serves; marks set meanwhile are pushed to it already. */
    private void load() {
        durable.forEach((key, mark) -> local.put(key, mark.expiresAt().toEpochMilli()));
    }

    /** Off Hazelcast's event thread, which must not wait for the cluster. */
    private void reload() {
        Thread thread = new Thread(this::load, "marks");
        thread.setDaemon(true);
        thread.start();
    }

    public boolean has(String key) {
        Long expiresAt = local.get(key);
        return expiresAt != null && expiresAt > clock.millis();
    }

    /** @throws UncheckedIOException when SQL or a member does not answer in time; the mark may stand already, setting it again is fine */
    public void put(String key, Instant expiresAt) {
        durable.put(key, new Mark(expiresAt));
        Push push = new Push(key, expiresAt.toEpochMilli());
        Map<Member, Future<Boolean>> pushed;
        try {
            pushed = executor.submitToAllMembers(push);
        } catch (HazelcastException e) {
            throw new UncheckedIOException("the cluster does not answer", new IOException(e.getMessage(), e));
        }
        pushed.values().forEach(this::await);
    }

    private void await(Future<Boolean> pushed) {
        try {
            pushed.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof MemberLeftException)) {
                throw new UncheckedIOException("a member has not taken a mark", new IOException(e.getCause()));
            }
        } catch (TimeoutException e) {
            throw new UncheckedIOException("a member does not answer", new IOException(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException("interrupted", new InterruptedIOException());
        }
    }

    /** Frees the memory of marks whose time has passed. */
    public void deleteExpired() {
        long now = clock.millis();
        local.values().removeIf(expiresAt -> expiresAt <= now);
    }

    /** Sets a mark in the memory of the member it runs at. */
    private static final class Push implements Callable<Boolean>, Serializable, HazelcastInstanceAware {
        private static final long serialVersionUID = 1L;

        private final String key;
        private final long expiresAt;
        private transient HazelcastInstance member;

        Push(String key, long expiresAt) {
            this.key = key;
            this.expiresAt = expiresAt;
        }

        @Override
        public void setHazelcastInstance(HazelcastInstance hazelcastInstance) {
            member = hazelcastInstance;
        }

        @Override
        public Boolean call() {
            local(member).put(key, expiresAt);
            return true;
        }
    }
}
