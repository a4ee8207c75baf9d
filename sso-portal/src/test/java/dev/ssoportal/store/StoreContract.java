package dev.ssoportal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.config.ClusterConfig;
import dev.ssoportal.config.DatabaseConfig;
import dev.ssoportal.config.Secret;
import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SigningKeyStore;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.Accounts;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestClock;
import dev.ssoportal.token.RefreshTokenStore;
import dev.ssoportal.token.RefreshTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores promise, the same on every database. */
abstract class StoreContract {
    private final TestClock clock = new TestClock();
    private final RandomIds ids = new RandomIds();
    private Database database;

    record Note(String text, Instant expiresAt) implements Expiring {}

    abstract String url();

    abstract Optional<String> user();

    @BeforeEach
    void open() {
        database = Database.open(
                new DatabaseConfig(Optional.of(url()), user(), user().map(Secret::new), 10, Duration.ofSeconds(3)),
                Path.of("unused"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Cluster cluster() {
        return Cluster.start(
                new ClusterConfig(
                        "store-" + ids.id(), "127.0.0.1", 0, List.of(), Optional.empty(), Duration.ofSeconds(5), 1),
                CompletableFuture.completedFuture(database),
                clock);
    }

    private static UpstreamIdentity identity(String subject, String email, boolean verified) {
        return new UpstreamIdentity(
                "corp",
                subject,
                "ann",
                "Ann Ümlaut 日本",
                Optional.of(email),
                verified,
                Optional.of("de"),
                Optional.empty(),
                List.of("a", "b \"quoted\""),
                List.of("staff"),
                Map.of(),
                Instant.EPOCH,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Map.of());
    }

    @Test
    void keepsAccountsAndFindsThemAgain() {
        Accounts accounts = new Accounts(database, ids, clock);
        Account created = accounts.signIn(identity("keep", "keep@example.com", true), false)
                .orElseThrow();

        Account found = accounts.signIn(identity("keep", "other@example.com", true), false)
                .orElseThrow();

        assertThat(found.id()).isEqualTo(created.id());
        assertThat(accounts.find(created.id()).orElseThrow()).isEqualTo(found);
        assertThat(found.name()).isEqualTo("Ann Ümlaut 日本");
        assertThat(found.groups()).containsExactly("a", "b \"quoted\"");
    }

    @Test
    void findsTheGrantBehindARefreshTokenAndThePersonAsSheIsNow() {
        Accounts accounts = new Accounts(database, ids, clock);
        RefreshTokens tokens = new RefreshTokens(
                new RefreshTokenStore(database), Fixtures.tokens(), new MasterKey("secret", ids), clock);
        String id = accounts.signIn(identity("held", "held@example.com", true), false)
                .orElseThrow()
                .id();
        String token = tokens.issue(Fixtures.grant(ids.id(), id, clock.instant()));
        Account now = accounts.signIn(identity("held", "new@example.com", true), false)
                .orElseThrow();

        RefreshTokens.Held held = tokens.peek(token).orElseThrow();

        assertThat(held.account()).hasValue(now);
        assertThat(held.authorization().accountId()).isEqualTo(id);
        assertThat(tokens.peek(tokens.issue(Fixtures.grant(ids.id(), "nobody", clock.instant())))
                        .orElseThrow()
                        .account())
                .isEmpty();
        clock.pass(Fixtures.tokens().refreshTokenLifetime());
        assertThat(tokens.peek(token)).isEmpty();
    }

    @Test
    void createsOneAccountForOnePersonWhoSignsInManyTimesAtOnce() throws Exception {
        Accounts accounts = new Accounts(database, ids, clock);
        Callable<String> signIn = () -> accounts.signIn(identity("race", "race@example.com", true), false)
                .orElseThrow()
                .id();

        assertThat(together(signIn)).hasSize(1);
    }

    @Test
    void makesOneKeyForAllWhoStartTogether() throws Exception {
        MasterKey masterKey = new MasterKey("secret", ids);
        Callable<String> find = () -> new SigningKeyStore(database, masterKey, clock)
                .findOrCreate("test", () -> new SigningKeyStore.StoredKey(ids.id(), "public", "private"))
                .keyId();

        assertThat(together(find)).hasSize(1);
    }

    private static Set<String> together(Callable<String> call) throws Exception {
        return new HashSet<>(AtOnce.call(java.util.Collections.nCopies(8, call)));
    }

    @Test
    void bringsDurableRecordsBackAfterEveryMemberHasStopped() {
        Instant later = clock.instant().plusSeconds(60);
        try (Cluster before = cluster()) {
            ExpiringMap<Note> kept = before.map("kept", Note.class, Cluster.Durability.READ_THROUGH);
            kept.put("a", new Note("one", later));
            kept.put("a", new Note("two", later));
            kept.put("taken", new Note("x", later));
            assertThat(kept.take("taken")).isPresent();
            before.marks().put("m", later);
            before.map("lost", Note.class, Cluster.Durability.TRANSIENT).put("t", new Note("gone", later));
        }

        try (Cluster after = cluster()) {
            ExpiringMap<Note> kept = after.map("kept", Note.class, Cluster.Durability.READ_THROUGH);
            assertThat(kept.get("a").map(Note::text)).hasValue("two");
            assertThat(kept.get("taken")).as("what was taken never comes back").isEmpty();
            assertThat(after.marks().has("m")).isTrue();
            assertThat(after.map("lost", Note.class, Cluster.Durability.TRANSIENT)
                            .get("t"))
                    .isEmpty();
        }
    }

    @Test
    void neverBringsBackWhatTheOtherSideOfASplitHasRemoved() {
        Instant later = clock.instant().plusSeconds(600);
        try (Cluster oneSide = cluster();
                Cluster otherSide = cluster()) {
            ExpiringMap<Note> here = oneSide.map("split", Note.class, Cluster.Durability.READ_THROUGH);
            ExpiringMap<Note> there = otherSide.map("split", Note.class, Cluster.Durability.READ_THROUGH);
            here.put("a", new Note("one", later));
            assertThat(there.get("a")).isPresent();

            assertThat(here.take("a")).isPresent();

            assertThat(there.update("a", note -> new Note("used", later))).isEmpty();
            assertThat(there.get("a")).isEmpty();
            assertThat(here.get("a")).isEmpty();
        }
    }

    @Test
    void keepsWhatTheOtherSideOfASplitHasChanged() {
        Instant later = clock.instant().plusSeconds(600);
        try (Cluster oneSide = cluster();
                Cluster otherSide = cluster()) {
            ExpiringMap<Note> here = oneSide.map("changed", Note.class, Cluster.Durability.READ_THROUGH);
            ExpiringMap<Note> there = otherSide.map("changed", Note.class, Cluster.Durability.READ_THROUGH);
            here.put("a", new Note("-", later));
            assertThat(there.get("a")).isPresent();

            for (int i = 0; i < 3; i++) {
                here.update("a", note -> new Note(note.text() + "h", later));
                there.update("a", note -> new Note(note.text() + "t", later));
            }

            assertThat(there.get("a").map(Note::text)).hasValue("-hththt");
            assertThat(here.update("a", note -> new Note(note.text() + "!", later))
                            .map(Note::text))
                    .hasValue("-hththt!");
        }
    }

    @Test
    void hearsOfMarksThatTheOtherSideOfASplitHasSet() {
        Instant later = clock.instant().plusSeconds(600);
        try (Cluster oneSide = cluster();
                Cluster otherSide = cluster()) {
            SharedMarks here = oneSide.marks();
            SharedMarks there = otherSide.marks();
            List<String> heard = new ArrayList<>();
            there.listen(mark -> heard.add(mark.key()));
            here.put("sid:split", later);
            assertThat(here.has("sid:split")).isTrue();

            there.readNew();
            there.readNew();

            assertThat(there.has("sid:split")).isTrue();
            assertThat(heard).containsExactly("sid:split");
        }
    }

    @Test
    void handsEachExpiredRecordToOne() {
        try (Cluster cluster = cluster()) {
            ExpiringMap<Note> map = cluster.map("limits", Note.class, Cluster.Durability.READ_THROUGH);
            map.put("early", new Note("one", clock.instant().plusSeconds(60)));
            map.put("late", new Note("two", clock.instant().plusSeconds(6000)));
            clock.pass(Duration.ofMinutes(2));
            Instant now = clock.instant();

            assertThat(cluster.expired("limits", Note.class, now, 10)).containsOnlyKeys("early");
            assertThat(cluster.removeExpired("limits", "early", now)).isTrue();
            assertThat(cluster.removeExpired("limits", "early", now)).isFalse();
            assertThat(cluster.removeExpired("limits", "late", now)).isFalse();
            assertThat(cluster.expired("limits", Note.class, now, 10)).isEmpty();
        }
    }

    @Test
    void treatsARecordWhoseTimeHasPassedAsAbsentWhateverHasBeenEvicted() {
        try (Cluster cluster = cluster()) {
            ExpiringMap<Note> map = cluster.map("expiring", Note.class, Cluster.Durability.READ_THROUGH);
            map.put("a", new Note("one", clock.instant().plusSeconds(60)));
            clock.pass(Duration.ofSeconds(61));

            assertThat(map.get("a")).isEmpty();
            assertThat(map.update("a", note -> note)).isEmpty();
            assertThat(map.putIfAbsent("a", new Note("two", clock.instant().plusSeconds(60))))
                    .isTrue();
            assertThat(map.putIfAbsent("a", new Note("three", clock.instant().plusSeconds(60))))
                    .isFalse();
            assertThat(map.take("a").map(Note::text)).hasValue("two");
            assertThat(map.take("a")).isEmpty();
        }
    }

    @Test
    void deletesRowsWhoseTimeHasPassed() {
        try (Cluster cluster = cluster()) {
            cluster.map("rows", Note.class, Cluster.Durability.READ_THROUGH)
                    .put("a", new Note("one", clock.instant().plusSeconds(60)));
            clock.pass(Duration.ofDays(2));

            cluster.deleteExpiredRows(clock.instant());

            int rows = database.query(
                    handle -> handle.createQuery("select count(*) from cluster_record where map_name like '%rows'")
                            .mapTo(Integer.class)
                            .one());
            assertThat(rows).isZero();
        }
    }
}
