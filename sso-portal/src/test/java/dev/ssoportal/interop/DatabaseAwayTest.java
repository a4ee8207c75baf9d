package dev.ssoportal.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestPortal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While the database is away the portal says so, loses nothing, and recovers by itself. */
@Tag("interop")
class DatabaseAwayTest {
    @TempDir
    private Path folder;

    private EmbeddedPostgres postgres(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .start();
    }

    @Test
    void answers503AndRecovers() throws Exception {
        int port = Ports.free();
        EmbeddedPostgres postgres = postgres(port);
        TestPortal.Builder builder = TestPortal.with()
                .yaml("""
                        database:
                          url: jdbc:postgresql://127.0.0.1:%d/postgres
                          user: postgres
                          password: ${env:DATABASE_PASSWORD}
                          timeout: 500ms
                        """.formatted(port))
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .environment("DATABASE_PASSWORD", "postgres");
        try (TestPortal portal = builder.build()) {
            Browser ann = portal.signedIn("ann");
            FakeRelyingParty web = new FakeRelyingParty(portal, "web");
            Answer tokens = web.redeem(web.code(ann, "scope", "openid offline_access"));
            Browser management = new Browser(portal.managementUrl());

            postgres.close();

            Answer page = portal.browser().signIn("ann", Fixtures.PASSWORD);
            assertThat(page.status()).isEqualTo(503);
            assertThat(page.header("Retry-After")).isPresent();
            assertThat(page.body()).contains("The portal is busy recovering");
            Answer refresh = web.refresh(tokens.text("refresh_token"));
            assertThat(refresh.status()).isEqualTo(503);
            assertThat(refresh.text("error")).isEqualTo("temporarily_unavailable");
            assertThat(management.get("/health/ready").status()).isEqualTo(503);
            assertThat(management.get("/health/live").status()).isEqualTo(200);
            assertThat(new FakeRelyingParty(portal, "batch")
                            .token("grant_type", "client_credentials")
                            .status())
                    .as("needs no database")
                    .isEqualTo(200);
            assertThat(ann.get("/").status()).as("is in the cluster").isEqualTo(200);

            postgres = postgres(port);
            awaitReady(management);

            assertThat(portal.browser().signIn("ann", Fixtures.PASSWORD).status())
                    .isEqualTo(303);
            assertThat(web.refresh(tokens.text("refresh_token")).status())
                    .as("nothing was lost")
                    .isEqualTo(200);
        } finally {
            postgres.close();
        }
    }

    /** The pool looks for the database again by itself; nobody restarts anything. */
    private static void awaitReady(Browser management) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (management.get("/health/ready").status() != 200) {
            assertThat(System.nanoTime()).as("ready within 20 s").isLessThan(end);
            Thread.sleep(100);
        }
    }
}
