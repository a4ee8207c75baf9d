package dev.ssoportal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestPortal;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two members that share one session: nothing is sticky. */
class TwoMembersTest {
    private TestPortal first;
    private TestPortal second;

    @BeforeEach
    void start() {
        int firstPort = Ports.free();
        int secondPort = Ports.free();
        String database =
                "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
        first = member(firstPort, secondPort, database);
        second = member(secondPort, firstPort, database);
        assertThat(first.portal().clusterMembers()).isEqualTo(2);
    }

    private static TestPortal member(int port, int otherPort, String database) {
        return TestPortal.with()
                .publicUrl("http://localhost:1")
                .server("  shutdown-delay: 1ms")
                .yaml("""
                        cluster:
                          name: test-%1$s
                          port: %2$d
                          members: ["127.0.0.1:%2$d", "127.0.0.1:%3$d"]
                        database:
                          url: %4$s
                        master-key: ${env:MASTER_KEY}
                        """.formatted(Math.min(port, otherPort), port, otherPort, database))
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .environment("MASTER_KEY", "a master key that both members share")
                .build();
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    private Browser atSecondWith(String cookie) {
        Browser browser = second.browser();
        browser.setCookie("session", cookie);
        return browser;
    }

    private Browser atSecond(Browser browser) {
        Browser same = second.browser();
        same.setCookie("session", browser.cookie("session"));
        return same;
    }

    @Test
    void knowsThePersonAtTheOtherMemberAndAfterTheFirstIsGone() {
        Browser ann = first.signedIn("ann");
        assertThat(atSecond(ann).get("/").body()).contains("Hello, Ann Example");

        first.crash();

        assertThat(atSecond(ann).get("/").body()).contains("Hello, Ann Example");
        assertThat(new FakeRelyingParty(second, "web").code(atSecond(ann))).isNotEmpty();
    }

    @Test
    void finishesAFlowAtWhicheverMemberTheNextRequestReaches() {
        Browser atFirst = first.browser();
        Browser atSecond = second.browser();
        Answer form = atFirst.get("/login/password?return=%2F");
        atSecond.setCookie("browser", atFirst.cookie("browser"));
        Answer signedIn = atSecond.post(
                "/login/password",
                "username",
                "ann",
                "password",
                Fixtures.PASSWORD,
                "csrf",
                form.field("csrf"),
                "return",
                "/");
        assertThat(signedIn.status()).isEqualTo(303);
        atFirst.setCookie("session", atSecond.cookie("session"));

        FakeRelyingParty app = new FakeRelyingParty(first, "web");
        String code = app.code(atFirst, "scope", "openid offline_access");
        FakeRelyingParty appAtSecond = new FakeRelyingParty(second, "web");
        Answer tokens = appAtSecond.redeem(code, app.verifier().getValue());

        assertThat(app.refresh(tokens.text("refresh_token")).status()).isEqualTo(200);
        assertThat(appAtSecond
                        .post("/oauth2/introspect", "token", tokens.text("access_token"))
                        .json())
                .containsEntry("active", true);
    }

    @Test
    void givesOneTokenSetForACodeRedeemedAtBothMembersAtOnce() throws Exception {
        FakeRelyingParty app = new FakeRelyingParty(first, "web");
        String code = app.code(first.signedIn("ann"));
        String verifier = app.verifier().getValue();
        List<Callable<Integer>> calls = IntStream.range(0, 32)
                .<Callable<Integer>>mapToObj(i -> () -> new FakeRelyingParty(i % 2 == 0 ? first : second, "web")
                        .redeem(code, verifier)
                        .status())
                .toList();
        assertThat(AtOnce.call(calls)).filteredOn(status -> status == 200).hasSize(1);
    }

    @Test
    void endsTheSessionEverywhereAtOnce() {
        Browser ann = first.signedIn("ann");
        FakeRelyingParty app = new FakeRelyingParty(first, "web");
        String token = app.redeem(app.code(ann)).text("access_token");
        FakeRelyingParty appAtSecond = new FakeRelyingParty(second, "web");
        assertThat(appAtSecond.post("/oauth2/introspect", "token", token).json())
                .containsEntry("active", true);

        String cookie = ann.cookie("session");
        assertThat(atSecondWith(cookie).get("/").status()).isEqualTo(200);

        ann.post("/logout", "csrf", ann.get("/logout").field("csrf"));

        assertThat(atSecondWith(cookie).get("/").status()).as("the session").isEqualTo(303);
        assertThat(atSecond(first.signedIn("bob")).get("/").status()).isEqualTo(200);
        assertThat(appAtSecond.post("/oauth2/introspect", "token", token).body())
                .isEqualTo("{\"active\":false}");
    }

    @Test
    void countsGuessesForTheWholeCluster() {
        for (int i = 0; i < 10; i++) {
            (i % 2 == 0 ? first : second).browser().signIn("ann", "guess");
        }

        assertThat(first.browser().signIn("ann", Fixtures.PASSWORD).status()).isEqualTo(429);
        assertThat(second.browser().signIn("ann", Fixtures.PASSWORD).status()).isEqualTo(429);
    }
}
