package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** RFC 6749, section 6; RFC 9700, 4.14. */
class RefreshGrantTest extends SharedPortal {
    private final FakeRelyingParty web = new FakeRelyingParty(portal, "web");

    private Answer offlineTokens(Browser browser) {
        return web.redeem(web.code(browser, "scope", "openid profile orders offline_access"));
    }

    @Test
    void rotatesTheTokenAtEveryUse() {
        Answer first = offlineTokens(portal.signedIn("ann"));

        Answer second = web.refresh(first.text("refresh_token"));
        Answer third = web.refresh(second.text("refresh_token"));

        assertThat(third.status()).isEqualTo(200);
        assertThat(List.of(first.text("refresh_token"), second.text("refresh_token"), third.text("refresh_token")))
                .doesNotHaveDuplicates();
        assertThat(third.json()).containsKeys("access_token", "id_token");
    }

    @Test
    void revokesTheFamilyWhenATokenIsUsedAgain() {
        Answer first = offlineTokens(portal.signedIn("ann"));
        Answer second = web.refresh(first.text("refresh_token"));
        portal.clock().pass(Duration.ofSeconds(11));

        assertThat(web.refresh(first.text("refresh_token")).text("error")).isEqualTo("invalid_grant");

        assertThat(web.refresh(second.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
        assertThat(web.post("/oauth2/introspect", "token", second.text("access_token"))
                        .body())
                .isEqualTo("{\"active\":false}");
    }

    @Test
    void revokesTheFamilyAtOnceWhenTheSuccessorHasBeenUsedToo() {
        Answer first = offlineTokens(portal.signedIn("ann"));
        Answer second = web.refresh(first.text("refresh_token"));
        Answer third = web.refresh(second.text("refresh_token"));

        assertThat(web.refresh(first.text("refresh_token")).text("error")).isEqualTo("invalid_grant");

        assertThat(web.refresh(third.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void givesAClientWhoseAnswerWasLostTheSameSuccessor() {
        Answer first = offlineTokens(portal.signedIn("ann"));
        Answer lost = web.refresh(first.text("refresh_token"));
        portal.clock().pass(Duration.ofSeconds(9));

        Answer retried = web.refresh(first.text("refresh_token"));

        assertThat(retried.text("refresh_token")).isEqualTo(lost.text("refresh_token"));
        assertThat(web.refresh(retried.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void givesOneSuccessorWhenATokenIsUsedManyTimesAtOnce() throws Exception {
        String token = offlineTokens(portal.signedIn("ann")).text("refresh_token");
        List<Callable<String>> calls =
                java.util.Collections.nCopies(32, () -> web.refresh(token).text("refresh_token"));

        assertThat(new HashSet<>(AtOnce.call(calls))).hasSize(1);
    }

    @Test
    void narrowsScopesOnRequest() {
        Answer tokens = offlineTokens(portal.signedIn("ann"));

        Answer narrowed = web.refresh(tokens.text("refresh_token"), "scope", "openid");

        assertThat(narrowed.text("scope")).isEqualTo("openid");
        assertThat(web.refresh(narrowed.text("refresh_token")).text("scope"))
                .isEqualTo("offline_access openid orders profile");
    }

    @Test
    void refusesMoreScopesThanGrantedAndKeepsTheToken() {
        Answer tokens = offlineTokens(portal.signedIn("ann"));

        assertThat(web.refresh(tokens.text("refresh_token"), "scope", "openid email")
                        .text("error"))
                .isEqualTo("invalid_scope");

        assertThat(web.refresh(tokens.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void refusesATokenOfAnotherClientAndKeepsIt() {
        Answer tokens = offlineTokens(portal.signedIn("ann"));

        assertThat(new FakeRelyingParty(portal, "workshop")
                        .refresh(tokens.text("refresh_token"))
                        .text("error"))
                .isEqualTo("invalid_grant");

        assertThat(web.refresh(tokens.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void refusesNonsense() {
        for (String token : List.of("x", "a~0~b", "~~", "a.b.c", "~0~")) {
            assertThat(web.refresh(token).text("error")).isEqualTo("invalid_grant");
        }
    }

    @Test
    void endsWithTheSession() {
        Browser ann = portal.signedIn("ann");
        Answer tokens = offlineTokens(ann);

        ann.post("/logout", "csrf", ann.get("/logout").field("csrf"));

        assertThat(web.refresh(tokens.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void refusesAnExpiredToken() {
        try (TestPortal own = TestPortal.start()) {
            FakeRelyingParty ownWeb = new FakeRelyingParty(own, "web");
            Answer tokens = ownWeb.redeem(ownWeb.code(own.signedIn("ann"), "scope", "openid offline_access"));

            own.clock().pass(Duration.ofDays(31));

            assertThat(ownWeb.refresh(tokens.text("refresh_token")).text("error"))
                    .isEqualTo("invalid_grant");
        }
    }

    @Test
    void survivesARestart() {
        TestPortal.Builder builder = TestPortal.with()
                .yaml(dev.ssoportal.testing.Fixtures.localAccounts())
                .yaml(dev.ssoportal.testing.Fixtures.catalog());
        TestPortal before = builder.build();
        FakeRelyingParty app = new FakeRelyingParty(before, "web");
        Answer tokens = app.redeem(app.code(before.signedIn("ann"), "scope", "openid offline_access"));
        before.stop();

        try (TestPortal after = builder.folder(before.folder()).build()) {
            assertThat(new FakeRelyingParty(after, "web")
                            .refresh(tokens.text("refresh_token"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void doesNotRevokeAGrantForATokenThatSomebodyInvents() {
        Answer tokens = offlineTokens(portal.signedIn("ann"));
        String token = tokens.text("refresh_token");
        String grantId = token.substring(0, token.indexOf('~'));

        for (String invented : List.of(grantId + "~0~junk", grantId + "~7~junk", grantId, grantId + "~~")) {
            assertThat(web.refresh(invented).text("error")).isEqualTo("invalid_grant");
        }

        assertThat(web.refresh(token).status()).isEqualTo(200);
    }
}
