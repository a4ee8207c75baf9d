package dev.ssoportal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A member that too few others answer does not serve what it believes, and recovers by itself. */
class QuorumTest {
    private final int firstPort = Ports.free();
    private final int secondPort = Ports.free();
    private final String database =
            "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";

    private TestPortal member(int port, int otherPort) {
        return TestPortal.with()
                .publicUrl("http://localhost:1")
                .server("  shutdown-delay: 1ms")
                .yaml("""
                        cluster:
                          name: quorum-%1$s
                          port: %2$d
                          members: ["127.0.0.1:%2$d", "127.0.0.1:%3$d"]
                          quorum: 2
                        database:
                          url: %4$s
                        master-key: ${env:MASTER_KEY}
                        """.formatted(Math.min(port, otherPort), port, otherPort, database))
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .environment("MASTER_KEY", "a master key that both members share")
                .build();
    }

    private static void await(Browser management, int status) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (management.get("/health/ready").status() != status) {
            assertThat(System.nanoTime()).as("%d within 20 s", status).isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Test
    void answers503WhileTooFewMembersAreThereAndRecoversByItself() throws Exception {
        try (TestPortal first = member(firstPort, secondPort)) {
            Browser health = new Browser(first.managementUrl());
            assertThat(health.get("/health/ready").text("quorum")).as("alone").isEqualTo("down");

            TestPortal second = member(secondPort, firstPort);
            await(health, 200);
            Browser ann = first.signedIn("ann");
            assertThat(ann.get("/").status()).isEqualTo(200);

            second.crash();
            await(health, 503);

            Answer page = ann.get("/");
            assertThat(page.status()).isEqualTo(503);
            assertThat(page.header("Retry-After")).isPresent();
            assertThat(page.body()).contains("busy recovering");
            assertThat(first.browser().get("/assets/portal.css").status()).isEqualTo(200);
            Answer token = new FakeRelyingParty(first, "batch").token("grant_type", "client_credentials");
            assertThat(token.status()).isEqualTo(503);
            assertThat(token.text("error")).isEqualTo("temporarily_unavailable");
            assertThat(health.get("/health/live").status()).isEqualTo(200);

            try (TestPortal again = member(secondPort, firstPort)) {
                await(health, 200);
                assertThat(ann.get("/").status()).as("nothing was lost").isEqualTo(200);
                assertThat(again.portal().clusterMembers()).isEqualTo(2);
            }
        }
    }
}
