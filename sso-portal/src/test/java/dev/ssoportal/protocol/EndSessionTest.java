package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Registrations;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenID Connect RP-Initiated Logout 1.0. */
class EndSessionTest extends SharedPortal {
    private FakeRelyingParty web;
    private Browser ann;
    private String idToken;

    @BeforeEach
    void signIn() {
        web = new FakeRelyingParty(portal, "web");
        ann = portal.signedIn("ann");
        idToken = web.redeem(web.code(ann)).text("id_token");
    }

    private static String logout(String... query) {
        return "/oauth2/logout?" + Browser.encode(query);
    }

    @Test
    void endsTheSessionOfTheHintAndSendsThePersonBack() {
        Answer answer =
                ann.get(logout("id_token_hint", idToken, "post_logout_redirect_uri", Fixtures.LANDING, "state", "s 1"));

        assertThat(answer.location()).isEqualTo(Fixtures.LANDING + "?state=s+1");
        assertThat(ann.get("/").location()).startsWith("/login");
    }

    @Test
    void acceptsAnIdTokenThatHasExpired() {
        try (TestPortal own = TestPortal.start()) {
            Browser bob = own.signedIn("bob");
            FakeRelyingParty app = new FakeRelyingParty(own, "web");
            String hint = app.redeem(app.code(bob)).text("id_token");

            own.clock().pass(Duration.ofHours(1));

            assertThat(bob.get(logout("id_token_hint", hint)).location()).startsWith("/signed-out");
        }
    }

    @Test
    void asksThePersonWhenNobodyProvesWhoseSessionItIs() {
        Answer page = ann.get(logout());
        assertThat(page.body()).contains("Sign out?");
        assertThat(ann.get("/").status()).isEqualTo(200);

        Answer answer = ann.post("/logout", "csrf", page.field("csrf"), "landing", page.field("landing"));

        assertThat(answer.next()).startsWith("/signed-out");
        assertThat(ann.get("/").location()).startsWith("/login");
    }

    @Test
    void asksThePersonWhenTheHintIsOfAnotherSession() {
        Browser bob = portal.signedIn("bob");

        Answer answer = bob.get(logout("id_token_hint", idToken));

        assertThat(answer.body()).contains("Sign out?");
        assertThat(bob.get("/").status()).isEqualTo(200);
    }

    @Test
    void goesBackToAnAppOnADevice() {
        String bye = "com.example.app:/bye";
        String id = Registrations.register(
                        portal,
                        Map.of(
                                "application_type", "native",
                                "token_endpoint_auth_method", "none",
                                "post_logout_redirect_uris", List.of(bye)))
                .text("client_id");
        Answer page = ann.get(logout("client_id", id, "post_logout_redirect_uri", bye));

        Answer answer = ann.post(
                "/logout",
                "csrf",
                page.field("csrf"),
                "client_id",
                page.field("client_id"),
                "landing",
                page.field("landing"));

        assertThat(answer.next()).isEqualTo(bye);
        assertThat(Registrations.register(portal, Map.of("post_logout_redirect_uris", List.of(bye)))
                        .text("error"))
                .isEqualTo("invalid_client_metadata");
    }

    /** An app that declares nothing about logout is not told which session it is in. */
    @Test
    void takesAnIdTokenThatNamesNoSessionForThatOfThePersonItNames() {
        FakeRelyingParty keyed = new FakeRelyingParty(portal, "keyed");
        Browser bob = portal.signedIn("bob");
        String ofBob = keyed.redeem(keyed.code(bob)).text("id_token");
        Browser ann2 = portal.signedIn("ann");
        String ofAnn = keyed.redeem(keyed.code(ann2)).text("id_token");
        Browser withoutTheApp = portal.signedIn("bob");

        portal.clock().pass(Duration.ofSeconds(2));
        Browser later = portal.signedIn("bob");
        keyed.code(later);
        assertThat(later.get(logout("id_token_hint", ofBob)).body()).contains("Sign out?");
        assertThat(bob.get(logout("id_token_hint", ofAnn)).body()).contains("Sign out?");
        assertThat(withoutTheApp.get(logout("id_token_hint", ofBob)).body()).contains("Sign out?");
        assertThat(bob.get(logout("id_token_hint", ofBob)).location()).startsWith("/signed-out");
        assertThat(bob.get("/").location()).startsWith("/login");
    }

    @Test
    void keepsTheLandingThroughTheQuestion() {
        Answer page = ann.get(logout("client_id", "web", "post_logout_redirect_uri", Fixtures.LANDING, "state", "x"));

        Answer answer = ann.post(
                "/logout",
                "csrf",
                page.field("csrf"),
                "client_id",
                page.field("client_id"),
                "landing",
                page.field("landing"));

        assertThat(answer.next()).isEqualTo(Fixtures.LANDING + "?state=x");
    }

    @Test
    void doesNotLandWhereTheFormWasMadeToSay() {
        Answer page = ann.get("/logout");

        Answer answer = ann.post("/logout", "csrf", page.field("csrf"), "landing", "https://evil.example/");

        assertThat(answer.next()).startsWith("/signed-out");
    }

    @Test
    void showsAPageForARedirectUriThatIsNotRegistered() {
        for (String uri : new String[] {"https://evil.example", Fixtures.LANDING + "/", Fixtures.CALLBACK}) {
            Answer answer = ann.get(logout("id_token_hint", idToken, "post_logout_redirect_uri", uri));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("Location")).isEmpty();
        }
        assertThat(ann.get(logout("post_logout_redirect_uri", Fixtures.LANDING)).status())
                .isEqualTo(400);
        assertThat(ann.get("/").status()).isEqualTo(200);
    }

    @Test
    void showsAPageForAHintThatIsNotOurs() throws Exception {
        String forged =
                new PlainJWT(new JWTClaimsSet.Builder().issuer(portal.baseUrl()).build()).serialize();
        for (String hint : new String[] {
            "x", forged, FakeRelyingParty.assertion("web", "x", java.time.Instant.now(), "1", Fixtures.CLIENT_KEY)
        }) {
            assertThat(ann.get(logout("id_token_hint", hint)).status()).isEqualTo(400);
        }
        assertThat(ann.get(logout("id_token_hint", idToken, "client_id", "workshop"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void isIdempotent() {
        ann.get(logout("id_token_hint", idToken));

        assertThat(ann.get(logout("id_token_hint", idToken)).location()).startsWith("/signed-out");
        assertThat(ann.get("/logout").location()).startsWith("/signed-out");
    }

    @Test
    void refusesALogoutFormOfAnotherSite() {
        assertThat(ann.post("/logout", "csrf", "forged").status()).isEqualTo(403);
        assertThat(ann.post("/logout").status()).isEqualTo(403);
        assertThat(ann.get("/").status()).isEqualTo(200);
    }

    @Test
    void doesNotTakeAnAccessTokenForAHint() {
        String accessToken = web.redeem(web.code(ann)).text("access_token");

        assertThat(ann.get(logout("id_token_hint", accessToken)).status()).isEqualTo(400);
        assertThat(ann.get("/").status()).isEqualTo(200);
    }

    @Test
    void comesBackByGetWhenAPostCarriesNoCookie() {
        Browser withoutCookies = portal.browser();

        Answer answer = withoutCookies.post("/oauth2/logout", "id_token_hint", idToken);

        assertThat(answer.location()).startsWith("/oauth2/logout?id_token_hint=");
        assertThat(answer.header("Set-Cookie"))
                .as("nobody's cookie is dropped from elsewhere")
                .isEmpty();
        assertThat(ann.get(answer.location()).location()).startsWith("/signed-out");
        assertThat(ann.get("/").location()).startsWith("/login");
    }
}
