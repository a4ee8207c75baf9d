package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a profile permits and demands. */
class ProfileTest extends SharedPortal {
    private final FakeRelyingParty nativeApp = new FakeRelyingParty(portal, "native");

    /** RFC 8252, 7.1, 7.3, 8.3, 8.4. */
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:51004/callback, true",
        "http://127.0.0.1/callback, true",
        "http://[::1]:61023/callback, true",
        "com.example.app:/callback, true",
        "http://127.0.0.1:51004/other, false",
        "http://127.0.0.1:51004/callback?more=1, false",
        "http://127.0.0.1:51004/callback#fragment, false",
        "http://127.0.0.1:51004@evil.example/callback, false",
        "http://127.0.0.1.evil.example/callback, false",
        "http://localhost:51004/callback, false",
        "https://127.0.0.1:51004/callback, false",
        "com.example.app:/other, false",
        "com.example.apps:/callback, false"
    })
    void letsAnAppOnADeviceListenAtAnyPort(String redirectUri, boolean allowed) {
        Browser ann = portal.signedIn("ann");

        Answer answer = ann.get(nativeApp.authorizePath("redirect_uri", redirectUri));

        if (allowed) {
            assertThat(ann.follow(ann.answer(answer, "accept")).location()).startsWith(redirectUri + "?code=");
        } else {
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    /** RFC 8252, 8.6: another app on the device could be listening. */
    @Test
    void asksThePersonEachTimeBeforeAnAppOnADeviceGetsACode() {
        Browser ann = portal.signedIn("ann");
        String path = nativeApp.authorizePath("redirect_uri", "com.example.app:/callback");
        ann.answer(ann.get(path), "accept");

        assertThat(ann.get(path).body()).contains("On a phone");
        assertThat(ann.get(nativeApp.authorizePath("redirect_uri", "com.example.app:/callback", "prompt", "none"))
                        .locationParameter("error"))
                .hasValue("consent_required");
    }

    @Test
    void letsAnAppInABrowserCallFromElsewhere() {
        Answer preflight = portal.browser()
                .header("Origin", "https://spa.example")
                .header("Access-Control-Request-Method", "POST")
                .sendJson("OPTIONS", "/oauth2/token", "");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Headers").orElseThrow())
                .contains("DPoP", "Authorization");

        Answer answer = new FakeRelyingParty(portal, "spa").token("grant_type", "refresh_token", "refresh_token", "x");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(portal.browser().get("/oauth2/authorize").header("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void keepsToOnePortForOtherApps() {
        Answer answer = portal.signedIn("ann")
                .get(new FakeRelyingParty(portal, "web")
                        .authorizePath("redirect_uri", Fixtures.CALLBACK.replace(":9/", ":10/")));

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void takesTheSecretOfAnOldAppWhereverItStands() {
        FakeRelyingParty old = new FakeRelyingParty(portal, "old");
        assertThat(old.redeem(old.code(portal.signedIn("ann"))).status()).isEqualTo(200);

        Answer byForm = portal.browser()
                .post(
                        "/oauth2/token",
                        "grant_type",
                        "authorization_code",
                        "code",
                        old.code(portal.signedIn("ann")),
                        "redirect_uri",
                        Fixtures.CALLBACK,
                        "code_verifier",
                        old.verifier().getValue(),
                        "client_id",
                        "old",
                        "client_secret",
                        Fixtures.SECRET);
        assertThat(byForm.status()).isEqualTo(200);
    }
}
