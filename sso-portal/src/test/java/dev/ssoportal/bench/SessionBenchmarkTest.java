package dev.ssoportal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.FeedReader;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.LogoutReceiver;
import dev.ssoportal.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures what sessions cost, and how long news of their end takes; prints, and asserts only that everything was answered. */
@Tag("bench")
class SessionBenchmarkTest {
    /** Fewer than the tries that one account has at once. */
    private static final int CONNECTIONS = 4;

    private static final int CALLERS = 8;
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warm-up-seconds", 8));
    private static final Duration MEASURED = Duration.ofSeconds(Integer.getInteger("bench.seconds", 6));
    private static final int MOST_APPS = 100;

    @TempDir
    private Path folder;

    private final StringBuilder table = new StringBuilder();
    private LogoutReceiver receiver;
    private String baseUrl;

    @Test
    void printsTheTable() throws Exception {
        try (LogoutReceiver opened = new LogoutReceiver();
                ServerProcess portal = portal(opened)) {
            receiver = opened;
            baseUrl = "http://127.0.0.1:" + portal.port();
            table.append(String.format("%n%-44s %10s %14s%n", "", "per second", "CPU s/1000"));
            rate("sign-in, password hash of next to no cost", portal, repeated(signIn("ann"), 303));
            rate("sign-in, Argon2id 7 MiB, 5 iterations", portal, repeated(signIn("kim"), 303));
            rate("refresh", portal, this::refresh);
            table.append(String.format("%n%-44s %10s %14s%n", "", "median", "slowest"));
            for (int apps : new int[] {1, 10, MOST_APPS}) {
                delays("logout until " + apps + " app(s) were told", fanOut(apps));
            }
            delays("logout until the revocation feed told", feed());
        }
        System.out.println(table);
        assertThat(table.toString().lines()).hasSize(11);
    }

    private interface Work {
        long run(Duration duration) throws Exception;
    }

    private void rate(String name, ServerProcess portal, Work work) throws Exception {
        work.run(WARM_UP);
        Duration cpuBefore = portal.cpu();
        long begin = System.nanoTime();
        long done = work.run(MEASURED);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpu = portal.cpu().minus(cpuBefore).toMillis() / 1000.0;
        table.append(String.format(Locale.ROOT, "%-44s %,10.0f %14.3f%n", name, done / seconds, cpu * 1000 / done));
    }

    private Work repeated(String request, int status) {
        int port = Integer.parseInt(baseUrl.replaceAll(".*:", ""));
        return duration ->
                new LoadClient(port, CONNECTIONS, List.of(LoadClient.Step.fixed(status, request))).run(duration);
    }

    /** The form of one browser, sent over and over: each begins a session. */
    private String signIn(String username) {
        Browser browser = new Browser(baseUrl);
        String csrf = browser.get("/login/password").field("csrf");
        String body = Browser.encode("username", username, "password", Fixtures.PASSWORD, "csrf", csrf, "return", "/");
        return "POST /login/password HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: browser=" + browser.cookie("browser")
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private long refresh(Duration duration) throws InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        AtomicLong done = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            FakeRelyingParty app = new FakeRelyingParty(baseUrl, "app-0");
            String first = app.redeem(app.code(signedIn(), "scope", "openid offline_access"))
                    .text("refresh_token");
            Thread thread = new Thread(() -> {
                String token = first;
                while (System.nanoTime() < end) {
                    token = app.refresh(token).text("refresh_token");
                    done.incrementAndGet();
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return done.get();
    }

    private Browser signedIn() {
        Browser browser = new Browser(baseUrl);
        browser.signIn("ann", Fixtures.PASSWORD);
        return browser;
    }

    private interface Delay {
        Duration measure() throws Exception;
    }

    private void delays(String name, Delay delay) throws Exception {
        for (int i = 0; i < 5; i++) {
            delay.measure();
        }
        List<Duration> measured = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            measured.add(delay.measure());
        }
        measured.sort(null);
        table.append(String.format(
                Locale.ROOT,
                "%-44s %7d ms %11d ms%n",
                name,
                measured.get(measured.size() / 2).toMillis(),
                measured.get(measured.size() - 1).toMillis()));
    }

    /** From the click to the last app's having been told. */
    private Delay fanOut(int apps) {
        return () -> {
            Browser browser = signedIn();
            for (int i = 0; i < apps; i++) {
                new FakeRelyingParty(baseUrl, "app-" + i).code(browser);
            }
            String csrf = browser.get("/logout").field("csrf");
            int before = receiver.received().size();
            long begin = System.nanoTime();
            browser.post("/logout", "csrf", csrf);
            receiver.await(before + apps);
            return Duration.ofNanos(System.nanoTime() - begin);
        };
    }

    /** From the click to a reader's having heard of it. */
    private Delay feed() {
        String token = new FakeRelyingParty(baseUrl, "gateway")
                .token("grant_type", "client_credentials", "scope", "revocations")
                .text("access_token");
        FeedReader reader = FeedReader.open(baseUrl, token, "");
        reader.awaitEvent("caught-up");
        return () -> {
            Browser browser = signedIn();
            String csrf = browser.get("/logout").field("csrf");
            long begin = System.nanoTime();
            browser.post("/logout", "csrf", csrf);
            reader.awaitEvent("revocation");
            return Duration.ofNanos(System.nanoTime() - begin);
        };
    }

    private ServerProcess portal(LogoutReceiver apps) throws IOException, InterruptedException {
        StringBuilder yaml = new StringBuilder("""
                %1$s  - username: kim
                    password-hash: %2$s
                service-accounts:
                  - id: gateway
                    secrets: [{sha256: %3$s}]
                    scopes: [revocations]
                applications:
                """.formatted(
                        Fixtures.localAccounts(),
                        Fixtures.hash(Fixtures.PASSWORD, 7 * 1024, 5),
                        SecretHash.of(Fixtures.SECRET)));
        for (int i = 0; i < MOST_APPS; i++) {
            yaml.append("""
                      - id: app-%1$d
                        redirect-uris: [%2$s]
                        secrets: [{sha256: %3$s}]
                        backchannel-logout-uri: %4$s
                    """.formatted(i, Fixtures.CALLBACK, SecretHash.of(Fixtures.SECRET), apps.url("app-" + i)));
        }
        return Comparison.portal(folder, yaml.toString());
    }
}
