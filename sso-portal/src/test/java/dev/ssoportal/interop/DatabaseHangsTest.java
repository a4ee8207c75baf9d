package dev.ssoportal.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestPortal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database that takes connections and says nothing: nobody waits longer than a few time limits, however many wait. */
@Tag("interop")
class DatabaseHangsTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int SESSIONS = 15;

    /** A connection may take the limit to get, and what it is asked twice as long to answer; some callers wait for another's. */
    private static final Duration LONGEST = LIMIT.multipliedBy(8);

    @Test
    void answersEverybodyInTimeAndRecovers() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                Hose hose = new Hose(postgres.getPort());
                TestPortal portal = TestPortal.with()
                        .yaml("""
                                database:
                                  url: jdbc:postgresql://127.0.0.1:%d/postgres
                                  user: postgres
                                  password: ${env:DATABASE_PASSWORD}
                                  timeout: 1s
                                """.formatted(hose.port()))
                        .yaml(Fixtures.localAccounts())
                        .yaml(Fixtures.catalog())
                        .environment("DATABASE_PASSWORD", "postgres")
                        .build()) {
            FakeRelyingParty web = new FakeRelyingParty(portal, "web");
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                Browser ann = portal.signedIn("ann");
                // Writes to the session, reads it, and does without: their records are neighbours in the cluster.
                calls.add(timed(() -> ann.get(web.authorizePath())));
                calls.add(timed(() -> ann.get("/")));
                calls.add(timed(() -> portal.browser().signIn("ann", Fixtures.PASSWORD)));
            }

            hose.pinch();
            List<Answer> answers = AtOnce.call(calls);
            hose.release();

            assertThat(answers).extracting(Answer::status).containsOnly(200, 503);
            for (int i = 0; i < answers.size(); i += 3) {
                assertThat(answers.get(i).status()).as("cannot be written").isEqualTo(503);
                assertThat(answers.get(i + 2).status()).as("cannot be written").isEqualTo(503);
            }

            awaitReady(new Browser(portal.managementUrl()));
            assertThat(portal.browser().signIn("ann", Fixtures.PASSWORD).status())
                    .isEqualTo(303);
        }
    }

    private static Callable<Answer> timed(Callable<Answer> call) {
        return () -> {
            long began = System.nanoTime();
            Answer answer = call.call();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
            return answer;
        };
    }

    private static void awaitReady(Browser management) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (management.get("/health/ready").status() != 200) {
            assertThat(System.nanoTime()).as("ready within 20 s").isLessThan(end);
            Thread.sleep(100);
        }
    }

    /** Lies between the portal and the database; pinched, it lets nothing through and breaks nothing. */
    private static final class Hose implements AutoCloseable {
        private final ServerSocket server;
        private final int target;
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
        private volatile CountDownLatch open = new CountDownLatch(0);

        Hose(int target) throws IOException {
            this.target = target;
            this.server = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
            threads.execute(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        void pinch() {
            open = new CountDownLatch(1);
        }

        void release() {
            open.countDown();
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket near = server.accept();
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                    sockets.addAll(List.of(near, far));
                    threads.execute(() -> flow(near, far));
                    threads.execute(() -> flow(far, near));
                } catch (IOException e) {
                    if (!server.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }

        private void flow(Socket from, Socket to) {
            byte[] buffer = new byte[8192];
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    open.await();
                    out.write(buffer, 0, read);
                }
            } catch (IOException e) {
                // One end has closed; closing both streams tells the other.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            release();
            for (Socket socket : sockets) {
                socket.close();
            }
            threads.shutdownNow();
        }
    }
}
