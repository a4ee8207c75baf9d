package dev.ssoportal.store;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.spi.exception.TargetNotMemberException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks that are looked for at every request and hardly ever there. A mark is written to SQL, then pushed to every member, and only then
 * acknowledged; looking for one touches nothing but this member's memory. So a mark that has been acknowledged is seen everywhere, which a
 * near cache would not promise. Marks that a push cannot bring, from the other side of a split cluster or to a member that is silent, are
 * found in SQL; a member that had lost its quorum reads them before it serves again.
 */
public final class SharedMarks {
    private static final Logger LOG = LoggerFactory.getLogger(SharedMarks.class);
    private static final String LOCAL = "marks";

    /** How long a member may take to answer; one that is silent for longer finds the mark in SQL. */
    private static final Duration PUSH_TIMEOUT = Duration.ofSeconds(2);

    /** More than members' clocks differ by and a mark is under way. */
    private static final Duration OVERLAP = Duration.ofSeconds(60);

    private final Database database;
    private final Local local;
    private final IExecutorService executor;

    private final Clock clock;
    private volatile Instant readUntil = Instant.EPOCH;

    /** A mark as every member knows it. */
    public record Mark(String key, Instant createdAt, Instant expiresAt) {}

    /** What this member knows, and who wants to hear of more. */
    private static final class Local {
        private final Map<String, Mark> marks = new ConcurrentHashMap<>();
        private final List<Consumer<Mark>> listeners = new CopyOnWriteArrayList<>();

        /** The later of two about one thing stays. */
        void put(Mark mark) {
            Mark before = marks.get(mark.key());
            Mark now = marks.merge(
                    mark.key(), mark, (one, other) -> other.createdAt().isBefore(one.createdAt()) ? one : other);
            if (!now.equals(before)) {
                listeners.forEach(listener -> listener.accept(now));
            }
        }

        static Local of(HazelcastInstance member) {
            return (Local) member.getUserContext().computeIfAbsent(LOCAL, key -> new Local());
        }
    }

    /** A member that joins knows what is marked before it serves; marks set meanwhile are pushed to it already. */
    SharedMarks(HazelcastInstance hazelcast, Database database, Clock clock) {
        this.database = database;
        this.executor = hazelcast.getExecutorService("marks");
        this.local = Local.of(hazelcast);

        this.clock = clock;
        readNew();
    }

    /** Reads what has been marked lately, by whichever member. */
    public void readNew() {
        Instant now = clock.instant();
        Instant since = readUntil;
        database.query(handle -> handle.createQuery("select mark, created_at, expires_at from revocation_mark"
                                + " where created_at >= :since and expires_at > :now")
                        .bind("since", Math.max(0, since.minus(OVERLAP).toEpochMilli()))
                        .bind("now", now.toEpochMilli())
                        .map((row, context) -> new Mark(
                                row.getString(1),
                                Instant.ofEpochMilli(row.getLong(2)),
                                Instant.ofEpochMilli(row.getLong(3))))
                        .list())
                .forEach(local::put);
        readUntil = now;
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

    /** @throws UncheckedIOException when SQL does not answer in time, or a member refuses; the mark may stand already, setting it again is fine */
    public void put(String key, Instant expiresAt) {
        long now = clock.millis();
        write(key, now, expiresAt.toEpochMilli());
        Map<Member, Future<Boolean>> pushed;
        try {
            pushed = executor.submitToAllMembers(new Push(key, now, expiresAt.toEpochMilli()));
        } catch (HazelcastException e) {
            throw new UncheckedIOException("the cluster does not answer", new IOException(e.getMessage(), e));
        }
        long until = System.nanoTime() + PUSH_TIMEOUT.toNanos();
        pushed.values().forEach(answer -> await(answer, until));
    }

    private void write(String key, long createdAt, long expiresAt) {
        database.execute(handle -> {
            int inserted = handle.execute(
                    "insert into revocation_mark (mark, created_at, expires_at) values (?, ?, ?) on conflict do nothing",
                    key,
                    createdAt,
                    expiresAt);
            int updated = inserted == 1
                    ? 0
                    : handle.execute(
                            "update revocation_mark set created_at = ?, expires_at = ? where mark = ?",
                            createdAt,
                            expiresAt,
                            key);
            if (inserted + updated == 0) {
                // The old one was deleted in between, as expired.
                handle.execute(
                        "insert into revocation_mark (mark, created_at, expires_at) values (?, ?, ?) on conflict do nothing",
                        key,
                        createdAt,
                        expiresAt);
            }
        });
    }

    private static void await(Future<Boolean> pushed, long until) {
        try {
            pushed.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            // One that has left knows nothing and serves nobody; the mark is in SQL.
            if (!(e instanceof MemberLeftException) && !(e.getCause() instanceof TargetNotMemberException)) {
                throw new UncheckedIOException("a member has not taken a mark", new IOException(e));
            }
        } catch (TimeoutException e) {
            LOG.warn("a member is silent; it will find what has been revoked in the database");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException("interrupted", new InterruptedIOException());
        }
    }

    /** Forgets marks whose time has passed. */
    public void deleteExpired() {
        Instant now = clock.instant();
        local.marks.values().removeIf(mark -> !mark.expiresAt().isAfter(now));
        database.execute(
                handle -> handle.execute("delete from revocation_mark where expires_at < ?", now.toEpochMilli()));
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
