package dev.ssoportal.chaos;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * People and apps that use the portal without a pause: sign-ins, authorization, code and refresh grants, userinfo, introspection, logouts.
 * Every request is repeated until it succeeds, as an app would; what failed on the way is counted.
 */
final class Load implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String url;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong longestOutage = new AtomicLong();
    private final Map<String, AtomicLong> failures = new ConcurrentSkipListMap<>();
    private final List<String> endedTokens = new CopyOnWriteArrayList<>();
    private final List<String> endedCookies = new CopyOnWriteArrayList<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    Load(String url, int people) {
        this.url = url;
        for (int i = 0; i < people; i++) {
            Thread thread = new Thread(this::person, "person " + i);
            thread.start();
            threads.add(thread);
        }
    }

    private void person() {
        while (!stopped) {
            try {
                live();
            } catch (Stopped e) {
                return;
            } catch (RuntimeException | AssertionError e) {
                wrong.add(e.toString());
            }
        }
    }

    /** Signs in, works for a while, signs out. */
    private void live() {
        Browser browser = new Browser(url);
        signIn(browser);
        FakeRelyingParty app = new FakeRelyingParty(url, "web");
        Answer tokens = tokens(browser, app);
        for (int i = 0; i < 20; i++) {
            String access = tokens.text("access_token");
            until(
                    "userinfo",
                    200,
                    () -> new Browser(url)
                            .header("Authorization", "Bearer " + access)
                            .get("/oauth2/userinfo"));
            Answer introspected = until("introspect", 200, () -> app.post("/oauth2/introspect", "token", access));
            if (!introspected.body().contains("\"active\":true")) {
                throw new AssertionError("a token of a live session is not active");
            }
            until("launcher", 200, () -> browser.get("/"));
            String refresh = tokens.text("refresh_token");
            tokens = until("refresh", 200, () -> app.refresh(refresh));
        }
        String last = tokens.text("access_token");
        String cookie = browser.cookie("session");
        String csrf = until("logout page", 200, () -> browser.get("/logout")).field("csrf");
        // When the answer to a logout is lost, the second time there is no session any more: a redirect.
        until("logout", 0, () -> browser.post("/logout", "csrf", csrf));
        endedTokens.add(last);
        endedCookies.add(cookie);
    }

    private void signIn(Browser browser) {
        String csrf = until("sign-in page", 200, () -> browser.get("/login/password?fresh=1"))
                .field("csrf");
        until(
                "sign-in",
                303,
                () -> browser.post(
                        "/login/password",
                        "username",
                        "ann",
                        "password",
                        Fixtures.PASSWORD,
                        "csrf",
                        csrf,
                        "return",
                        "/"));
    }

    /** A code whose answer was lost is spent; the app begins again. */
    private Answer tokens(Browser browser, FakeRelyingParty app) {
        for (int tries = 0; tries < 50; tries++) {
            Answer redirect = until(
                    "authorize", 303, () -> browser.get(app.authorizePath("scope", "openid profile offline_access")));
            Answer tokens = once(
                    "token", () -> app.redeem(redirect.locationParameter("code").orElseThrow()));
            if (tokens != null && tokens.status() == 200) {
                return tokens;
            }
            if (tokens != null) {
                // The answer to the first try was lost, or the code was.
                failed.incrementAndGet();
                failures.computeIfAbsent("token " + tokens.status(), key -> new AtomicLong())
                        .incrementAndGet();
            }
            pause();
        }
        throw new AssertionError("no tokens after 50 tries");
    }

    /** Repeats a request until it is answered as it should be; a status of 0 takes any answer that is no failure. */
    private Answer until(String name, int status, Supplier<Answer> request) {
        long begin = System.nanoTime();
        while (true) {
            Answer answer = once(name, request);
            if (answer != null) {
                if (status != 0 && answer.status() != status) {
                    throw new AssertionError(name + " answered " + answer.status() + " " + answer.body());
                }
                long nanos = System.nanoTime() - begin;
                longestOutage.accumulateAndGet(nanos, Math::max);
                return answer;
            }
            pause();
        }
    }

    /** @return null when the request failed: no answer, or one that says it is our fault */
    private Answer once(String name, Supplier<Answer> request) {
        if (stopped) {
            throw new Stopped();
        }
        requests.incrementAndGet();
        String why;
        try {
            Answer answer = request.get();
            if (answer.status() < 500) {
                return answer;
            }
            why = Integer.toString(answer.status());
        } catch (java.io.UncheckedIOException e) {
            why = e.getCause().getClass().getSimpleName();
        }
        failed.incrementAndGet();
        failures.computeIfAbsent(name + " " + why, key -> new AtomicLong()).incrementAndGet();
        return null;
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
    }

    /** What a scenario has cost. */
    record Count(long requests, long failed, Duration longestOutage, Map<String, Long> failures) {}

    /** The counts since the last call. */
    Count take() {
        Map<String, Long> byName = new TreeMap<>();
        failures.forEach((name, count) -> byName.put(name, count.get()));
        failures.clear();
        return new Count(
                requests.getAndSet(0), failed.getAndSet(0), Duration.ofNanos(longestOutage.getAndSet(0)), byName);
    }

    /** Access tokens of sessions that have been signed out of. */
    List<String> endedTokens() {
        return endedTokens;
    }

    /** Cookies of those sessions. */
    List<String> endedCookies() {
        return endedCookies;
    }

    /** Answers that nobody should ever get. */
    List<String> wrong() {
        return wrong;
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
