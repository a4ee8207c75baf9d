package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pushed authorization requests: RFC 9126. */
class PushedRequestTest extends SharedPortal {
    private final FakeRelyingParty web = new FakeRelyingParty(portal, "web");

    private static String path(String clientId, Answer pushed) {
        return "/oauth2/authorize?" + Browser.encode("client_id", clientId, "request_uri", pushed.text("request_uri"));
    }

    @Test
    void givesANameThatIsGoodForOneCode() {
        Answer pushed = web.push();
        assertThat(pushed.status()).isEqualTo(201);
        assertThat(pushed.text("request_uri")).startsWith("urn:ietf:params:oauth:request_uri:");
        assertThat(pushed.json()).containsEntry("expires_in", 60L);
        assertThat(pushed.header("Cache-Control")).hasValue("no-store");
        Browser ann = portal.signedIn("ann");

        Answer answer = ann.get(path("web", pushed));

        assertThat(answer.locationParameter("state")).hasValue("state-1");
        assertThat(web.redeem(answer.locationParameter("code").orElseThrow()).status())
                .isEqualTo(200);
        Answer again = ann.get(path("web", pushed));
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.body()).contains("no longer good");
    }

    @Test
    void givesOneCodeToManyWhoComeAtOnce() throws Exception {
        Answer pushed = web.push();
        Browser ann = portal.signedIn("ann");
        String cookie = ann.cookie("session");

        List<Answer> answers = AtOnce.call(Collections.nCopies(64, () -> {
            Browser tab = portal.browser();
            tab.setCookie("session", cookie);
            return tab.get(path("web", pushed));
        }));

        assertThat(answers)
                .filteredOn(answer -> answer.status() == 303
                        && answer.locationParameter("code").isPresent())
                .hasSize(1);
    }

    @Test
    void waitsForThePersonToSignInAndToConsent() {
        FakeRelyingParty partner = new FakeRelyingParty(portal, "partner");
        Answer pushed = partner.push("prompt", "login consent", "scope", "openid email");
        Browser ann = portal.signedIn("ann");

        Answer toLogin = ann.get(path("partner", pushed));
        Answer form = ann.follow(toLogin);
        portal.clock().pass(Duration.ofMinutes(5));
        Answer consent = ann.follow(ann.signInWith(form, "ann"));
        assertThat(consent.body()).contains("Partner tool");
        Answer answer = ann.follow(ann.answer(consent, "accept"));

        assertThat(answer.locationParameter("code")).isPresent();
        assertThat(ann.get(path("partner", pushed)).status()).isEqualTo(400);
    }

    @Test
    void tellsTheAppOfAPersonWhoWouldNotSignIn() {
        Answer pushed = web.push();
        Browser somebody = portal.browser();
        Answer form = somebody.follow(somebody.follow(somebody.get(path("web", pushed))));
        assertThat(form.body()).contains("id=\"login-cancel\"");

        Answer refused = somebody.post(
                "/oauth2/consent", "csrf", form.field("csrf"), "request", form.field("request"), "decision", "deny");

        assertThat(refused.location()).startsWith(Fixtures.CALLBACK);
        assertThat(refused.locationParameter("error")).hasValue("access_denied");
        assertThat(refused.locationParameter("state")).hasValue("state-1");
        assertThat(portal.signedIn("ann").get(path("web", pushed)).status())
                .as("the request is used up")
                .isEqualTo(400);
        assertThat(somebody.get("/login/password?return=%2F").body()).doesNotContain("login-cancel");
        assertThat(somebody.post(
                                "/oauth2/consent",
                                "csrf",
                                "forged",
                                "request",
                                form.field("request"),
                                "decision",
                                "deny")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void showsTheSignInPageInTheLanguageThatWasAskedFor() {
        Answer pushed = web.push("ui_locales", "de");
        Browser browser = portal.browser();

        assertThat(browser.follow(browser.get(path("web", pushed))).body()).contains("Anmelden");
    }

    @Test
    void isForgottenAfterAMinuteAndIsNobodyElses() {
        Answer pushed = web.push();
        Browser ann = portal.signedIn("ann");
        assertThat(ann.get(path("spa", pushed)).status()).isEqualTo(400);
        assertThat(ann.get(path("web", pushed) + "x").status()).isEqualTo(400);

        portal.clock().pass(Duration.ofSeconds(61));

        assertThat(ann.get(path("web", pushed)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "redirect_uri, https://evil.example, invalid_request",
        "redirect_uri, '', invalid_request",
        "response_type, token, unsupported_response_type",
        "response_type, '', invalid_request",
        "scope, openid orders inventory nope, ''",
        "code_challenge_method, plain, invalid_request",
        "response_mode, fragment, invalid_request",
        "prompt, none login, invalid_request",
        "resource, https://unknown.example, invalid_target",
        "request_uri, urn:ietf:params:oauth:request_uri:x, invalid_request",
        "request, e30.e30., invalid_request_object",
        "client_id, spa, invalid_request"
    })
    void saysAtOnceWhatIsWrong(String parameter, String value, String error) {
        Answer answer = web.push(parameter, value);

        if (error.isEmpty()) {
            assertThat(answer.status()).isEqualTo(201);
        } else {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text("error")).isEqualTo(error);
        }
    }

    @Test
    void isForClientsThatAuthenticateAndMayUseCodes() {
        assertThat(new FakeRelyingParty(portal, "batch").push().text("error")).isEqualTo("unauthorized_client");
        Answer wrong = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("web", "wrong"))
                .post("/oauth2/par", "client_id", "web");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.text("error")).isEqualTo("invalid_client");
        assertThat(portal.browser()
                        .header("Authorization", FakeRelyingParty.basic("web", Fixtures.SECRET))
                        .get("/oauth2/par")
                        .status())
                .isEqualTo(405);
    }

    @Test
    void keepsNothingHuge() {
        assertThat(web.push("state", "x".repeat(20_000)).status()).isEqualTo(413);
    }
}
