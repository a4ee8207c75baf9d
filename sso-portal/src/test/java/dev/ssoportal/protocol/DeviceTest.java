package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.DpopKey;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Devices without a browser: RFC 8628. */
class DeviceTest extends SharedPortal {
    private final FakeRelyingParty tv = new FakeRelyingParty(portal, "tv");

    private Answer begin(String... form) {
        return tv.post("/oauth2/device_authorization", form);
    }

    private Answer poll(Answer begun) {
        return tv.token(
                "grant_type", "urn:ietf:params:oauth:grant-type:device_code", "device_code", begun.text("device_code"));
    }

    private static Answer type(Browser browser, String code) {
        Answer form = browser.get("/device");
        return browser.post("/device", "csrf", form.field("csrf"), "user_code", code);
    }

    private static Answer decide(Browser browser, Answer confirmation, String decision) {
        return browser.post(
                "/device",
                "csrf",
                confirmation.field("csrf"),
                "user_code",
                confirmation.field("user_code"),
                "decision",
                decision);
    }

    private static void allow(Browser browser, Answer begun) {
        assertThat(decide(browser, type(browser, begun.text("user_code")), "accept")
                        .body())
                .contains("Television is connected");
    }

    @Test
    void givesTokensOnceThePersonHasAllowedIt() {
        Answer begun = begin("scope", "openid profile offline_access");
        assertThat(begun.status()).isEqualTo(200);
        assertThat(begun.text("user_code")).matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}");
        assertThat(begun.text("verification_uri")).isEqualTo(portal.baseUrl() + "/device");
        assertThat(begun.json()).containsEntry("interval", 5L).containsEntry("expires_in", 600L);
        assertThat(poll(begun).text("error")).isEqualTo("authorization_pending");

        Browser ann = portal.signedIn("ann");
        Answer confirmation =
                type(ann, begun.text("user_code").toLowerCase(Locale.ROOT).replace("-", " "));
        assertThat(confirmation.body()).contains("Television", begun.text("user_code"), "see your name", "Ann Example");
        assertThat(poll(begun).text("error")).as("asked too soon").isEqualTo("slow_down");
        decide(ann, confirmation, "accept");

        Answer tokens = poll(begun);
        assertThat(tokens.status()).isEqualTo(200);
        assertThat(tokens.json()).containsKeys("access_token", "id_token", "refresh_token");
        assertThat(tv.refresh(tokens.text("refresh_token")).status()).isEqualTo(200);
        assertThat(poll(begun).text("error")).as("once").isEqualTo("expired_token");
    }

    @Test
    void signsThePersonInFirst() {
        Answer begun = begin("scope", "openid");
        Browser browser = portal.browser();
        String complete = begun.text("verification_uri_complete")
                .substring(portal.baseUrl().length());

        Answer form = browser.follow(browser.get(complete));
        Answer page = browser.follow(browser.signInWith(form, "ann"));

        assertThat(page.body()).contains("value=\"" + begun.text("user_code") + "\"");
    }

    @Test
    void asksBeforeALinkConnectsAnything() {
        Answer begun = begin("scope", "openid");

        portal.signedIn("ann").get("/device?user_code=" + begun.text("user_code"));

        assertThat(poll(begun).text("error")).isEqualTo("authorization_pending");
    }

    @Test
    void tellsTheDeviceThatThePersonHasRefused() {
        Answer begun = begin("scope", "openid");
        Browser ann = portal.signedIn("ann");

        decide(ann, type(ann, begun.text("user_code")), "deny");

        assertThat(poll(begun).text("error")).isEqualTo("access_denied");
        assertThat(type(ann, begun.text("user_code")).body()).contains("This code is not known");
    }

    @Test
    void makesADeviceThatAsksTooOftenWaitLonger() {
        Answer begun = begin("scope", "openid");
        assertThat(poll(begun).text("error")).isEqualTo("authorization_pending");
        assertThat(poll(begun).text("error")).isEqualTo("slow_down");
        portal.clock().pass(Duration.ofSeconds(6));
        assertThat(poll(begun).text("error")).as("5 s more, each time").isEqualTo("slow_down");
        portal.clock().pass(Duration.ofSeconds(16));
        assertThat(poll(begun).text("error")).isEqualTo("authorization_pending");
    }

    @Test
    void givesOneTokenSetToManyThatAskAtOnce() throws Exception {
        Answer begun = begin("scope", "openid");
        allow(portal.signedIn("ann"), begun);

        List<Answer> answers = AtOnce.call(Collections.nCopies(32, () -> poll(begun)));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
    }

    @Test
    void forgetsWhatTookTooLong() {
        Answer begun = begin("scope", "openid");
        portal.clock().pass(Duration.ofMinutes(11));

        assertThat(poll(begun).text("error")).isEqualTo("expired_token");
        assertThat(type(portal.signedIn("ann"), begun.text("user_code")).body()).contains("This code is not known");
    }

    @Test
    void isForAppsThatMayAndForWhatTheyMay() {
        assertThat(new FakeRelyingParty(portal, "web")
                        .post("/oauth2/device_authorization", "scope", "openid")
                        .text("error"))
                .isEqualTo("unauthorized_client");
        assertThat(begin("scope", "openid email").text("error")).isEqualTo("invalid_scope");
        assertThat(begin("scope", "orders", "resource", Fixtures.INVENTORY).text("error"))
                .isEqualTo("invalid_target");
        assertThat(tv.token("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
                        .text("error"))
                .isEqualTo("invalid_request");
        assertThat(tv.token("grant_type", "urn:ietf:params:oauth:grant-type:device_code", "device_code", "made-up")
                        .text("error"))
                .isEqualTo("expired_token");
    }

    @Test
    void letsNobodyGuess() {
        Browser bob = portal.signedIn("bob");
        Answer begun = begin("scope", "openid");
        for (int i = 0; i < 20; i++) {
            assertThat(type(bob, "BBBB-BBBB").body()).contains("This code is not known");
        }

        assertThat(type(bob, begun.text("user_code")).body()).contains("Too many tries");
        portal.clock().pass(Duration.ofMinutes(16));
        assertThat(type(bob, begin("scope", "openid").text("user_code")).body()).contains("Television");
    }

    @Test
    void takesNoFormFromElsewhere() {
        Answer begun = begin("scope", "openid");
        Browser ann = portal.signedIn("ann");

        assertThat(ann.post("/device", "user_code", begun.text("user_code"), "decision", "accept")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void endsWithTheSession() {
        Answer begun = begin("scope", "openid offline_access");
        Browser ann = portal.signedIn("ann");
        allow(ann, begun);
        ann.post("/logout", "csrf", ann.get("/logout").field("csrf"));

        assertThat(poll(begun).text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void bindsTheTokensOfADeviceThatProvesAKey() {
        Answer begun = begin("scope", "openid");
        allow(portal.signedIn("ann"), begun);

        tv.dpop(new DpopKey());

        assertThat(poll(begun).text("token_type")).isEqualTo("DPoP");
    }
}
