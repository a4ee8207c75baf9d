package dev.ssoportal.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does bad things to a cluster of three under load, prints what each has cost, and fails when a session, a grant or a revocation is lost. */
@Tag("chaos")
class ChaosTest {
    private static final int KEEPERS = 40;
    private static final int PEOPLE = 4;
    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private final List<Member> members = new ArrayList<>();
    private final List<Keeper> keepers = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final int databasePort = Ports.free();
    private EmbeddedPostgres postgres;
    private RoundRobinProxy proxy;
    private Load load;

    /** Somebody who signed in once and has a grant, both untouched while bad things happen. */
    private record Keeper(Browser browser, FakeRelyingParty app, AtomicReference<String> refreshToken) {}

    private record Row(
            String name,
            int sessionsLost,
            int grantsLost,
            int revocationsForgotten,
            Load.Count count,
            Duration backups) {}

    private interface Scenario {
        void run() throws Exception;
    }

    @Test
    void losesNothing() throws Exception {
        postgres = postgres();
        try (RoundRobinProxy opened = new RoundRobinProxy()) {
            proxy = opened;
            for (int i = 0; i < 3; i++) {
                members.add(new Member(folder.resolve("member-" + i)));
            }
            for (Member member : members) {
                member.configure(proxy.url(), databasePort, members);
            }
            startAll();
            proxy.serve(members);
            await("all ready", () -> members.stream().allMatch(Member::isReady));
            for (int i = 0; i < KEEPERS; i++) {
                keepers.add(keeper());
            }
            runAll();
        } finally {
            members.forEach(Member::close);
            postgres.close();
            print();
        }
        assertThat(rows).hasSize(6).allSatisfy(row -> {
            assertThat(row.count().requests()).as(row.name()).isPositive();
            assertThat(row.sessionsLost()).as(row.name()).isZero();
            assertThat(row.grantsLost()).as(row.name()).isZero();
            assertThat(row.revocationsForgotten()).as(row.name()).isZero();
        });
        assertThat(rows.get(0).count().failed()).as("nothing happened").isZero();
        assertThat(rows.get(1).count().failed()).as("rolled").isZero();
        assertThat(load.wrong()).isEmpty();
    }

    private void runAll() throws Exception {
        try (Load running = new Load(proxy.url(), PEOPLE)) {
            load = running;
            Thread.sleep(8000);
            load.take();
            measure("nothing", () -> Thread.sleep(5000));
            measure("each stopped and started in turn", this::rollAll);
            measure("one killed (SIGKILL)", () -> {
                members.get(0).kill();
                Thread.sleep(5000);
                members.get(0).start();
            });
            measure("one paused for 12 s", () -> {
                members.get(1).pause();
                Thread.sleep(12_000);
                members.get(1).resume();
            });
            measure("database stopped for 5 s", () -> {
                postgres.close();
                Thread.sleep(5000);
                postgres = postgres();
            });
            measure("all stopped and started", () -> {
                for (Member member : members) {
                    member.kill();
                }
                startAll();
            });
        }
    }

    private void rollAll() throws Exception {
        for (Member member : members) {
            member.stop();
            member.start();
            await("the member is back", member::isReady);
        }
    }

    private void startAll() throws Exception {
        List<Thread> starting = new ArrayList<>();
        for (Member member : members) {
            Thread thread = new Thread(() -> {
                try {
                    member.start();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            starting.add(thread);
        }
        for (Thread thread : starting) {
            thread.join();
        }
    }

    private EmbeddedPostgres postgres() throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(databasePort)
                .setDataDirectory(folder.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setServerConfig("max_connections", "100")
                .start();
    }

    private void measure(String name, Scenario scenario) throws Exception {
        load.take();
        Thread.sleep(BEFORE.toMillis());
        scenario.run();
        long over = System.nanoTime();
        await("all ready after " + name, () -> members.stream().allMatch(Member::isReady));
        await("backups after " + name, () -> members.stream().allMatch(Member::hasBackups));
        Duration backups = Duration.ofNanos(System.nanoTime() - over);
        Thread.sleep(BEFORE.toMillis());
        Load.Count count = load.take();
        Row row = new Row(name, sessionsLost(), grantsLost(), revocationsForgotten(), count, backups);
        rows.add(row);
        System.out.println(line(row) + "  " + count.failures() + " " + load.wrong());
        assertThat(load.endedTokens()).as("somebody has signed out by now").isNotEmpty();
    }

    private Keeper keeper() {
        Browser browser = new Browser(proxy.url());
        browser.signIn("bob", Fixtures.PASSWORD);
        FakeRelyingParty app = new FakeRelyingParty(proxy.url(), "web");
        Answer tokens = app.redeem(app.code(browser, "scope", "openid offline_access"));
        return new Keeper(browser, app, new AtomicReference<>(tokens.text("refresh_token")));
    }

    private int sessionsLost() {
        return (int) keepers.stream()
                .filter(keeper -> keeper.browser().get("/").status() != 200)
                .count();
    }

    private int grantsLost() {
        int lost = 0;
        for (Keeper keeper : keepers) {
            Answer answer = keeper.app().refresh(keeper.refreshToken().get());
            if (answer.status() == 200) {
                keeper.refreshToken().set(answer.text("refresh_token"));
            } else {
                lost++;
            }
        }
        return lost;
    }

    /** Asks every member about every token and every cookie whose session has ended. */
    private int revocationsForgotten() {
        int forgotten = 0;
        for (String token : load.endedTokens()) {
            for (Member member : members) {
                Answer answer = new FakeRelyingParty(member.url(), "web").post("/oauth2/introspect", "token", token);
                if (!answer.body().equals("{\"active\":false}")) {
                    forgotten++;
                }
            }
        }
        for (String cookie : load.endedCookies()) {
            for (Member member : members) {
                Browser browser = new Browser(member.url());
                browser.setCookie("session", cookie);
                if (browser.get("/").status() != 303) {
                    forgotten++;
                }
            }
        }
        return forgotten;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(100);
        }
    }

    private void print() {
        StringBuilder table = new StringBuilder(String.format(
                "%n%-34s %8s %7s %12s %9s %7s %9s %9s%n",
                "", "sessions", "grants", "revocations", "requests", "failed", "longest", "all"));
        table.append(String.format(
                "%-34s %8s %7s %12s %9s %7s %9s %9s%n",
                "", "lost", "lost", "forgotten", "", "", "outage", "backed up"));
        rows.forEach(row -> table.append(line(row)).append('\n'));
        System.out.println(table);
    }

    private static String line(Row row) {
        return String.format(
                Locale.ROOT,
                "%-34s %8d %7d %12d %9d %7d %7.1f s %7.1f s",
                row.name(),
                row.sessionsLost(),
                row.grantsLost(),
                row.revocationsForgotten(),
                row.count().requests(),
                row.count().failed(),
                row.count().longestOutage().toMillis() / 1000.0,
                row.backups().toMillis() / 1000.0);
    }
}
