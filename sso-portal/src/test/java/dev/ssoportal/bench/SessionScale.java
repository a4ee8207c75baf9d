package dev.ssoportal.bench;

import dev.ssoportal.config.ClusterConfig;
import dev.ssoportal.config.DatabaseConfig;
import dev.ssoportal.config.Secret;
import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.session.Device;
import dev.ssoportal.session.SessionCookie;
import dev.ssoportal.session.SessionLinkStore;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Begins ever more sessions with two participants each; prints what one costs at 10 thousand, 100 thousand and a million. A process of its own. */
public final class SessionScale {
    private static final List<Integer> STEPS = List.of(10_000, 100_000, 1_000_000);
    private static final int MOST = Integer.getInteger("scale.sessions", 1_000_000);
    private static final int MEASURED = 5_000;
    private static final int THREADS = 8;

    private final RandomIds ids = new RandomIds();
    private final Sessions sessions;

    private SessionScale(Sessions sessions) {
        this.sessions = sessions;
    }

    /** @param arguments the URL of a PostgreSQL */
    public static void main(String[] arguments) throws InterruptedException {
        Database database = Database.open(
                new DatabaseConfig(
                        Optional.of(arguments[0]),
                        Optional.of("postgres"),
                        Optional.of(new Secret("postgres")),
                        10,
                        Duration.ofSeconds(30)),
                Path.of("unused"));
        Clock clock = Clock.systemUTC();
        try (Cluster cluster = Cluster.start(
                new ClusterConfig("scale", "127.0.0.1", 0, List.of(), Optional.empty(), Duration.ofSeconds(30), 1),
                CompletableFuture.completedFuture(database),
                clock)) {
            RandomIds ids = new RandomIds();
            Sessions sessions = new Sessions(
                    cluster,
                    new SessionLinkStore(database),
                    new SessionConfig(
                            Duration.ofHours(2),
                            Duration.ofHours(12),
                            Duration.ofMinutes(10),
                            Duration.ofDays(30),
                            Set.of()),
                    new SessionCookie(new MasterKey("scale", ids)),
                    id -> false,
                    ids,
                    clock);
            new SessionScale(sessions).run();
        }
        database.close();
    }

    private void run() throws InterruptedException {
        // Everything that is loaded once has been loaded before the first measurement.
        begin(2_000);
        long empty = usedBytes();
        int begun = 0;
        System.out.printf("%-20s %18s %22s%n", "sessions loaded", "bytes each", "one begun and joined");
        for (int step : STEPS.stream().filter(size -> size <= MOST).toList()) {
            begin(step - begun - MEASURED);
            long nanos = System.nanoTime();
            begin(MEASURED);
            double micros = (System.nanoTime() - nanos) / 1000.0 / MEASURED;
            begun = step;
            System.out.printf(Locale.ROOT, "%,-20d %,18d %19.0f µs%n", begun, (usedBytes() - empty) / begun, micros);
        }
    }

    private void begin(int count) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(count);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                while (left.getAndDecrement() > 0) {
                    beginOne();
                }
            });
            // A session that was never begun must not make the others look cheap.
            thread.setUncaughtExceptionHandler((failed, failure) -> {
                failure.printStackTrace();
                Runtime.getRuntime().halt(1);
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void beginOne() {
        Instant now = Instant.now();
        String id = ids.id();
        Account account = new Account(
                id,
                "firstname.lastname",
                "Firstname Lastname",
                Optional.of("firstname.lastname@corp.example"),
                true,
                Optional.of("en"),
                Optional.empty(),
                List.of("everybody", "engineering"),
                List.of("staff", "engineer"),
                "corp",
                Map.of(),
                now,
                Optional.empty(),
                false);
        UpstreamIdentity identity = new UpstreamIdentity(
                "corp",
                id,
                account.username(),
                account.name(),
                account.email(),
                true,
                account.locale(),
                account.picture(),
                account.groups(),
                account.roles(),
                Map.of(),
                now,
                Optional.of("urn:example:mfa"),
                List.of("pwd", "otp"),
                Optional.of(id),
                Map.of("id_token", "x".repeat(1000)));
        Device device =
                new Device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "192.0.2.1");
        SsoSession session = sessions.begin(account, identity, device, false).session();
        sessions.join(session, "orders-app");
        sessions.join(session, "stock-app");
    }

    private static long usedBytes() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(200);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
