package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenID Connect Core, 3.1.2.4. */
class ConsentTest {
    private TestPortal portal;
    private FakeRelyingParty partner;
    private Browser ann;

    @BeforeEach
    void start() {
        portal = TestPortal.start();
        partner = new FakeRelyingParty(portal, "partner");
        ann = portal.signedIn("ann");
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    private Answer answer(Answer page, String decision) {
        return ann.follow(ann.answer(page, decision));
    }

    @Test
    void asksOnceForAThirdPartyAndRemembersTheAnswer() {
        Answer page = ann.get(partner.authorizePath());
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("Partner tool asks for access", "see your name");

        assertThat(answer(page, "accept").locationParameter("code")).isPresent();
        assertThat(ann.get(partner.authorizePath()).locationParameter("code")).isPresent();
    }

    @Test
    void asksAgainForAScopeThatWasNotGranted() {
        answer(ann.get(partner.authorizePath()), "accept");

        Answer page = ann.get(partner.authorizePath("scope", "openid profile email"));

        assertThat(page.body()).contains("see your e-mail address");
    }

    @Test
    void tellsTheAppThatThePersonRefused() {
        Answer refused = answer(ann.get(partner.authorizePath()), "deny");

        assertThat(refused.locationParameter("error")).hasValue("access_denied");
        assertThat(refused.locationParameter("state")).hasValue("state-1");
        assertThat(ann.get(partner.authorizePath()).status()).isEqualTo(200);
    }

    @Test
    void answersPromptNoneByConsentRequired() {
        assertThat(ann.get(partner.authorizePath("prompt", "none")).locationParameter("error"))
                .hasValue("consent_required");
    }

    @Test
    void asksForPromptConsentEvenOfItsOwnAppsAndOnlyOnce() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Answer page = ann.get(web.authorizePath("prompt", "consent"));
        assertThat(page.body()).contains("Web shop asks for access");

        assertThat(answer(page, "accept").locationParameter("code")).isPresent();
    }

    @Test
    void refusesAFormWithoutTheTokenOfThisBrowser() {
        Answer page = ann.get(partner.authorizePath());

        Answer forged =
                ann.post("/oauth2/consent", "csrf", "x", "request", page.field("request"), "decision", "accept");

        assertThat(forged.status()).isEqualTo(403);
        assertThat(ann.get(partner.authorizePath()).status()).isEqualTo(200);
    }

    @Test
    void checksTheRequestAgainThatTheFormBringsBack() {
        Answer page = ann.get(partner.authorizePath());
        String tampered = page.field("request")
                .replace(Browser.encode("redirect_uri", Fixtures.CALLBACK), "redirect_uri=https%3A%2F%2Fevil.example");

        Answer answer = ann.post(
                "/oauth2/consent",
                "csrf",
                page.field("csrf"),
                "session",
                page.field("session"),
                "request",
                tampered,
                "decision",
                "deny");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Location")).isEmpty();
    }

    @Test
    void doesNotTakeTheConsentOfOnePersonForAnothers() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "partner");
        Answer page = ann.get(web.authorizePath("prompt", "consent"));
        Answer granted = ann.answer(page, "accept");

        Answer answer = portal.signedIn("bob").get(granted.location());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("asks for access", "Bob Example");
    }

    @Test
    void acceptsTheConsentOfASessionThatIsNotYoung() {
        portal.clock().pass(Duration.ofMinutes(5));

        assertThat(answer(ann.get(partner.authorizePath()), "accept").locationParameter("code"))
                .isPresent();
    }

    @Test
    void saysInWordsWhatAnApiScopeMeans() {
        assertThat(ann.get(partner.authorizePath("scope", "openid orders")).body())
                .contains("use https://orders.example for you (orders)")
                .doesNotContain("scope.orders");
    }
}
