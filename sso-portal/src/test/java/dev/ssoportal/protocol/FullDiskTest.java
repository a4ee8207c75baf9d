package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.FullDisk;
import dev.ssoportal.testing.TestPortal;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While the disk is full the portal says so, loses nothing, and recovers by itself. */
class FullDiskTest {
    @TempDir
    private Path folder;

    @AfterEach
    void makeRoom() {
        FullDisk.setFull(false);
    }

    @Test
    void answers503AndRecovers() throws Exception {
        FullDisk.register();
        TestPortal.Builder builder = TestPortal.with()
                .yaml("""
                        database:
                          url: jdbc:h2:fulldisk:%s;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;WRITE_DELAY=0
                          timeout: 1s
                        """.formatted(folder.resolve("portal")))
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog());
        try (TestPortal portal = builder.build()) {
            FakeRelyingParty web = new FakeRelyingParty(portal, "web");
            Answer tokens = web.redeem(web.code(portal.signedIn("ann"), "scope", "openid offline_access"));

            FullDisk.setFull(true);
            int refused = 0;
            for (int i = 0; i < 20 && refused == 0; i++) {
                Answer signIn = portal.browser().signIn("bob", Fixtures.PASSWORD);
                assertThat(signIn.status()).isIn(303, 503);
                refused += signIn.status() == 503 ? 1 : 0;
            }
            assertThat(refused)
                    .as("a write that does not reach the disk is not acknowledged for long")
                    .isPositive();
            assertThat(new FakeRelyingParty(portal, "batch")
                            .token("grant_type", "client_credentials")
                            .status())
                    .isEqualTo(200);

            FullDisk.setFull(false);

            awaitReady(new Browser(portal.managementUrl()));
            assertThat(portal.browser().signIn("bob", Fixtures.PASSWORD).status())
                    .isEqualTo(303);
            assertThat(web.refresh(tokens.text("refresh_token")).status())
                    .as("nothing was lost")
                    .isEqualTo(200);
        }
    }

    private static void awaitReady(Browser management) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (management.get("/health/ready").status() != 200) {
            assertThat(System.nanoTime()).as("ready within 20 s").isLessThan(end);
            Thread.sleep(100);
        }
    }
}
