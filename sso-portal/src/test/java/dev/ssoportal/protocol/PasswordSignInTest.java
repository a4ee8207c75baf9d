package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordSignInTest extends SharedPortal {

    @Test
    void signsInAndGoesOn() {
        Browser browser = portal.browser();

        Answer answer = browser.signIn("ann", Fixtures.PASSWORD, "/logout");

        assertThat(answer.location()).isEqualTo("/logout");
        assertThat(browser.get("/").body()).contains("Hello, Ann Example");
    }

    @Test
    void takesTheUserNameInAnyCase() {
        Browser browser = portal.browser();

        browser.signIn("ANN", Fixtures.PASSWORD);

        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    @Test
    void tellsNothingAboutWhoExists() {
        Answer wrongPassword = portal.browser().signIn("bob", "wrong");
        Answer unknownPerson = portal.browser().signIn("nobody", "wrong");

        assertThat(wrongPassword.status()).isEqualTo(401);
        assertThat(wrongPassword.body()).contains("User name or password is wrong.");
        assertThat(unknownPerson.status()).isEqualTo(401);
        assertThat(normal(unknownPerson.body())).isEqualTo(normal(wrongPassword.body()));
    }

    private static String normal(String page) {
        return page.replaceAll("value=\"[^\"]*\"", "");
    }

    @Test
    void givesTheBrowserANewSecretAtEverySignIn() {
        Browser browser = portal.signedIn("ann");
        String first = browser.cookie("session");

        browser.signIn("ann", Fixtures.PASSWORD);

        String second = browser.cookie("session");
        assertThat(second).isNotEqualTo(first);
        Browser thief = portal.browser();
        thief.setCookie("session", first);
        assertThat(thief.get("/").location())
                .as("the old cookie is worth nothing")
                .startsWith("/login");
    }

    @Test
    void endsTheSessionOfWhoeverWasSignedInBefore() {
        Browser shared = portal.signedIn("ann");
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String annsToken = web.redeem(web.code(shared)).text("access_token");

        shared.signIn("bob", Fixtures.PASSWORD);

        assertThat(shared.get("/").body()).contains("Bob Example");
        assertThat(portal.browser()
                        .header("Authorization", "Bearer " + annsToken)
                        .get("/oauth2/userinfo")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void doesNotAdoptASessionThatSomebodyPlanted() {
        Browser attacker = portal.signedIn("bob");
        Browser victim = portal.browser();
        victim.setCookie("session", attacker.cookie("session"));
        victim.signIn("ann", Fixtures.PASSWORD);

        assertThat(victim.get("/").body()).contains("Ann Example");
        assertThat(attacker.get("/").status()).as("the planted session is over").isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example",
                "/\\evil.example",
                "/\t/evil.example",
                "javascript:alert(1)",
                "evil.example",
                "/a\r\nLocation: https://evil.example"
            })
    void neverSendsThePersonElsewhere(String returnPath) {
        Answer answer = portal.browser().signIn("ann", Fixtures.PASSWORD, returnPath);

        assertThat(answer.location()).isEqualTo("/");
    }

    @Test
    void refusesAFormWithoutTheTokenOfThisBrowser() {
        Browser browser = portal.browser();
        Answer form = browser.get("/login/password");
        Answer otherForm = portal.browser().get("/login/password");

        assertThat(browser.post("/login/password", "username", "ann", "password", Fixtures.PASSWORD)
                        .status())
                .isEqualTo(403);
        assertThat(browser.post(
                                "/login/password",
                                "username",
                                "ann",
                                "password",
                                Fixtures.PASSWORD,
                                "csrf",
                                otherForm.field("csrf"))
                        .status())
                .isEqualTo(403);
        browser.forgetCookies();
        assertThat(browser.post(
                                "/login/password",
                                "username",
                                "ann",
                                "password",
                                Fixtures.PASSWORD,
                                "csrf",
                                form.field("csrf"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void stopsGuessingPerNameAndForgetsAfterAWhile() {
        try (TestPortal own = TestPortal.start()) {
            for (int i = 0; i < 10; i++) {
                assertThat(own.browser().signIn("ann", "guess" + i).status()).isEqualTo(401);
            }
            Answer throttled = own.browser().signIn("ann", Fixtures.PASSWORD);
            assertThat(throttled.status()).isEqualTo(429);
            assertThat(throttled.header("Retry-After")).isPresent();
            assertThat(own.browser().signIn("bob", Fixtures.PASSWORD).status())
                    .as("others are not locked out")
                    .isEqualTo(303);

            own.clock().pass(Duration.ofMinutes(16));

            assertThat(own.browser().signIn("ann", Fixtures.PASSWORD).status()).isEqualTo(303);
        }
    }

    @Test
    void stopsGuessingPerAddress() {
        try (TestPortal own = TestPortal.start()) {
            Browser guesser = own.browser();
            for (int i = 0; i < 100; i++) {
                assertThat(guesser.signIn("name" + i, "guess").status()).isEqualTo(401);
            }
            assertThat(guesser.signIn("ann", Fixtures.PASSWORD).status()).isEqualTo(429);
        }
    }

    @Test
    void letsNoBurstOfGuessesThrough() throws Exception {
        try (TestPortal own = TestPortal.start()) {
            List<Callable<Integer>> guesses = java.util.Collections.nCopies(
                    40, () -> own.browser().signIn("ann", "guess").status());
            assertThat(AtOnce.call(guesses)).filteredOn(status -> status == 401).hasSize(10);
        }
    }

    @Test
    void endsTheSessionAfterTheIdleAndTheAbsoluteLimit() {
        try (TestPortal own = TestPortal.start()) {
            Browser idle = own.signedIn("ann");
            own.clock().pass(Duration.ofHours(2).plusSeconds(1));
            assertThat(idle.get("/").location()).startsWith("/login");

            Browser busy = own.signedIn("ann");
            for (int i = 0; i < 11; i++) {
                own.clock().pass(Duration.ofHours(1));
                assertThat(busy.get("/").status()).isEqualTo(200);
            }
            own.clock().pass(Duration.ofHours(1).plusSeconds(1));
            assertThat(busy.get("/").location()).startsWith("/login");
        }
    }

    @Test
    void doesNotCountSuccessesAgainstAnAddress() {
        try (TestPortal own = TestPortal.start()) {
            for (int i = 0; i < 110; i++) {
                assertThat(own.browser().signIn("ann", Fixtures.PASSWORD).status())
                        .isEqualTo(303);
            }
        }
    }

    @Test
    void letsNobodyLockSomebodyElseOut() {
        try (TestPortal own = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .server("  trusted-proxies: [127.0.0.1]")
                .build()) {
            Browser attacker = own.browser().header("X-Forwarded-For", "198.51.100.1");
            for (int i = 0; i < 11; i++) {
                attacker.signIn("ann", "guess");
            }
            assertThat(attacker.signIn("ann", Fixtures.PASSWORD).status()).isEqualTo(429);

            Browser ann = own.browser().header("X-Forwarded-For", "203.0.113.7");
            assertThat(ann.signIn("ann", Fixtures.PASSWORD).status()).isEqualTo(303);
        }
    }

    @Test
    void countsAWholeIpv6NetworkAsOneAddress() {
        try (TestPortal own = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .server("  trusted-proxies: [127.0.0.1]")
                .build()) {
            for (int i = 1; i <= 10; i++) {
                own.browser().header("X-Forwarded-For", "2001:db8:0:1::" + i).signIn("ann", "guess");
            }

            assertThat(own.browser()
                            .header("X-Forwarded-For", "2001:db8:0:1::ffff")
                            .signIn("ann", Fixtures.PASSWORD)
                            .status())
                    .isEqualTo(429);
            assertThat(own.browser()
                            .header("X-Forwarded-For", "2001:db8:0:2::1")
                            .signIn("ann", Fixtures.PASSWORD)
                            .status())
                    .isEqualTo(303);
        }
    }
}
