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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Marks that are looked for at every request and hardly ever there. A mark is written through to SQL, then pushed to every member, and only then
 * acknowledged; looking for one touches nothing but this member's memory. So a mark that has been acknowledged is seen everywhere, which a
 * near cache would not promise.
 */
public final class SharedMarks {
    private static final String LOCAL = "marks";

    private final ExpiringMap<Kept> durable;
    private final Local local;
    private final IExecutorService executor;
    private final Duration timeout;
    private final Clock clock;

    /** A mark as every member knows it. */
    public record Mark(String key, Instant createdAt, Instant expiresAt) {}

    /** A mark as it is kept. */
    record Kept(Instant createdAt, Instant expiresAt) implements Expiring {
        Kept {
            createdAt = createdAt == null ? Instant.EPOCH : createdAt;
        }
    }

    /** What this member knows, and who wants to hear of more. */
    private static final class Local {
        private final Map<String, Mark> marks = new ConcurrentHashMap<>();
        private final List<Consumer<Mark>> listeners = new CopyOnWriteArrayList<>();

        void put(Mark mark) {
            if (!mark.equals(marks.put(mark.key(), mark))) {
                listeners.forEach(listener -> listener.accept(mark));
            }
        }

        static Local of(HazelcastInstance member) {
            return (Local) member.getUserContext().computeIfAbsent(LOCAL, key -> new Local());
        }
    }

    SharedMarks(HazelcastInstance hazelcast, ExpiringMap<Kept> durable, Duration timeout, Clock clock) {
        this.durable = durable;
        this.executor = hazelcast.getExecutorService("marks");
        this.local = Local.of(hazelcast);
        this.timeout = timeout;
        this.clock = clock;
        load();
        // After a split both sides have marks that the other lacks: whoever comes back, and whoever sees somebody come,
        // reads again.
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                reload();
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

    /** A member that joins knows what is marked before it serves; marks set meanwhile are pushed to it already. */
    private void load() {
        durable.forEach((key, mark) -> local.put(new Mark(key, mark.createdAt(), mark.expiresAt())));
    }

    /** Off Hazelcast's event thread, which must not wait for the cluster. */
    private void reload() {
        Thread thread = new Thread(this::load, "marks");
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether there is none at all, as is the rule: then there is nothing to look for. */
    public boolean isEmpty() {
        return local.marks.isEmpty();
    }

    public boolean has(String key) {
        return find(key).isPresent();
    }

    public Optional<Mark> find(String key) {
        Mark mark = local.marks.get(key);
        return mark != null && mark.expiresAt().isAfter(clock.instant()) ? Optional.of(mark) : Optional.empty();
    }

    /** Calls the listener with every mark that this member hears of from now on; it must not wait for anything. */
    public void listen(Consumer<Mark> listener) {
        local.listeners.add(listener);
    }

    /** The live marks set since then, oldest first. */
    public List<Mark> since(Instant instant) {
        Instant now = clock.instant();
        return local.marks.values().stream()
                .filter(mark ->
                        !mark.createdAt().isBefore(instant) && mark.expiresAt().isAfter(now))
                .sorted(Comparator.comparing(Mark::createdAt))
                .toList();
    }

    /** @throws UncheckedIOException when SQL or a member does not answer in time; the mark may stand already, setting it again is fine */
    public void put(String key, Instant expiresAt) {
        Instant now = clock.instant();
        durable.put(key, new Kept(now, expiresAt));
        Push push = new Push(key, now.toEpochMilli(), expiresAt.toEpochMilli());
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
        Instant now = clock.instant();
        local.marks.values().removeIf(mark -> !mark.expiresAt().isAfter(now));
    }

    /** Sets a mark in the memory of the member it runs at. */
    private static final class Push implements Callable<Boolean>, Serializable, HazelcastInstanceAware {
        private static final long serialVersionUID = 1L;

        private final String key;
        private final long createdAt;
        private final long expiresAt;
        private transient HazelcastInstance member;

        Push(String key, long createdAt, long expiresAt) {
            this.key = key;
            this.createdAt = createdAt;
            this.expiresAt = expiresAt;
        }

        @Override
        public void setHazelcastInstance(HazelcastInstance hazelcastInstance) {
            member = hazelcastInstance;
        }

        @Override
        public Boolean call() {
            Local.of(member).put(new Mark(key, Instant.ofEpochMilli(createdAt), Instant.ofEpochMilli(expiresAt)));
            return true;
        }
    }
}
