package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.LogoutReceiver;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever ends a session: everybody whom it concerns is told, and the receipts say so. */
class LogoutTest {
    private final LogoutReceiver receiver = new LogoutReceiver();
    private TestPortal portal;
    private Browser ann;

    @BeforeEach
    void start() {
        portal = builder().build();
        ann = portal.signedIn("ann");
    }

    private TestPortal.Builder builder() {
        String app = """
                  - id: %1$s
                    name: %2$s
                    redirect-uris: [%3$s]
                    post-logout-redirect-uris: [%4$s]
                    secrets: [{sha256: %5$s}]
                    %6$s
                """;
        String secret = SecretHash.of(Fixtures.SECRET);
        return TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml("applications:\n"
                        + app.formatted(
                                "shop",
                                "The shop",
                                Fixtures.CALLBACK,
                                Fixtures.LANDING,
                                secret,
                                "backchannel-logout-uri: " + receiver.url("shop"))
                        + app.formatted(
                                "wiki",
                                "The wiki",
                                Fixtures.CALLBACK,
                                Fixtures.LANDING,
                                secret,
                                "backchannel-logout-uri: " + receiver.url("wiki"))
                        + app.formatted(
                                "old",
                                "The old one",
                                Fixtures.CALLBACK,
                                Fixtures.LANDING,
                                secret,
                                "frontchannel-logout-uri: \"http://127.0.0.1:9/bye?x=1\"")
                        + app.formatted("mute", "The mute one", Fixtures.CALLBACK, Fixtures.LANDING, secret, ""));
    }

    @AfterEach
    void stop() {
        portal.close();
        receiver.close();
    }

    private Answer tokens(String app) {
        FakeRelyingParty party = new FakeRelyingParty(portal, app);
        return party.redeem(party.code(ann, "scope", "openid offline_access"));
    }

    private static String sid(Answer tokens) {
        try {
            return SignedJWT.parse(tokens.text("id_token")).getJWTClaimsSet().getStringClaim("sid");
        } catch (java.text.ParseException e) {
            throw new AssertionError(e);
        }
    }

    private Answer signOut() {
        return ann.post("/logout", "csrf", ann.get("/logout").field("csrf"));
    }

    /** Reads the page again until it says what it has to. */
    private static String reads(Browser browser, String path, Predicate<String> expected) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        String body = browser.get(path).body();
        while (!expected.test(body) && System.nanoTime() < end) {
            body = browser.get(path).body();
        }
        assertThat(body).matches(expected);
        return body;
    }

    @Test
    void tellsEveryAppThatTookPartAndShowsTheReceipts() {
        Answer shop = tokens("shop");
        tokens("wiki");

        Answer leaving = signOut();

        List<LogoutReceiver.Received> received = receiver.await(2);
        assertThat(received).extracting(LogoutReceiver.Received::app).containsExactlyInAnyOrder("shop", "wiki");
        assertThat(received).allSatisfy(one -> {
            JWTClaimsSet claims = one.claims();
            assertThat(one.token().getHeader().getType()).hasToString("logout+jwt");
            assertThat(claims.getIssuer()).isEqualTo(portal.baseUrl());
            assertThat(claims.getAudience()).containsExactly(one.app());
            assertThat(claims.getStringClaim("sid")).isEqualTo(sid(shop));
            assertThat(claims.getSubject()).isNotBlank();
            assertThat(claims.getJWTID()).isNotBlank();
            assertThat(claims.getExpirationTime()).isNotNull();
            assertThat(claims.getClaim("nonce")).isNull();
            assertThat(claims.getJSONObjectClaim("events"))
                    .isEqualTo(Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
        });
        assertThat(leaving.next()).startsWith("/signed-out?receipts=");
        reads(portal.browser(), leaving.next(), page -> page.split(">told<", -1).length == 3);
    }

    @Test
    void revokesTheTokensOfTheSession() {
        Answer shop = tokens("shop");
        FakeRelyingParty app = new FakeRelyingParty(portal, "shop");

        signOut();

        assertThat(app.post("/oauth2/introspect", "token", shop.text("access_token"))
                        .body())
                .isEqualTo("{\"active\":false}");
        assertThat(app.refresh(shop.text("refresh_token")).status()).isEqualTo(400);
    }

    @Test
    void triesAgainAndSaysSoMeanwhile() {
        receiver.answers = calls -> calls < 3 ? 500 : 204;
        tokens("shop");

        Answer leaving = signOut();

        Browser browser = portal.browser();
        reads(browser, leaving.next(), page -> page.contains("no answer yet, trying again"));
        portal.clock().pass(Duration.ofSeconds(2));
        receiver.await(2);
        reads(browser, leaving.next(), page -> page.contains("no answer yet, trying again"));
        portal.clock().pass(Duration.ofSeconds(6));
        receiver.await(3);
        reads(browser, leaving.next(), page -> page.contains(">told<"));
        assertThat(receiver.received())
                .extracting(one -> one.claims().getJWTID())
                .doesNotHaveDuplicates();
    }

    @Test
    void givesUpInTheEndAndSaysSo() {
        receiver.answers = calls -> 400;
        tokens("shop");

        signOut();
        for (int tries = 1; tries < 8; tries++) {
            receiver.await(tries);
            // Only what the portal has noted by now is due seven hours later.
            reads(portal.signedIn("ann"), "/account/sessions", page -> page.contains("trying again"));
            portal.clock().pass(Duration.ofHours(7));
        }
        receiver.await(8);

        reads(portal.signedIn("ann"), "/account/sessions", page -> page.contains("could not be told"));
        assertThat(receiver.received()).hasSize(8);
    }

    @Test
    void delaysNobodyForAnAppThatNeverAnswers() {
        receiver.answers = calls -> 0;
        tokens("shop");

        Answer leaving = signOut();
        assertThat(portal.browser().get(leaving.next()).body()).contains("being told");
        assertThat(ann.get("/").location()).startsWith("/login");
    }

    @Test
    void goesOnTellingAfterARestart() {
        receiver.answers = calls -> calls < 2 ? 500 : 200;
        tokens("shop");
        Answer leaving = signOut();
        reads(portal.browser(), leaving.next(), page -> page.contains("trying again"));

        portal.stop();
        portal = builder().folder(portal.folder()).build();

        receiver.await(2);
    }

    @Test
    void loadsFrontChannelUrisInFramesAndGoesOn() {
        Answer tokens = tokens("old");
        Answer leaving = signOut();

        Answer frames = ann.get(leaving.next());

        assertThat(frames.body())
                .contains("<iframe src=\"http://127.0.0.1:9/bye?x=1&amp;iss="
                        + portal.baseUrl().replace(":", "%3A").replace("/", "%2F") + "&amp;sid=" + sid(tokens) + "\"");
        assertThat(frames.header("Content-Security-Policy").orElseThrow())
                .contains("frame-src http://127.0.0.1:9")
                .contains("frame-ancestors 'none'");
        Answer landing = ann.get(frames.next());
        assertThat(landing.location()).startsWith("/signed-out?receipts=");
        assertThat(ann.get(landing.location()).body()).contains("The old one", "sent through your browser");
    }

    @Test
    void saysWhoCannotBeTold() {
        tokens("mute");
        tokens("old");

        Answer frames = ann.get(signOut().next());
        assertThat(ann.get(ann.get(frames.next()).location()).body())
                .contains("The mute one", "could not be told", "sent through your browser");
    }

    @Test
    void givesUpOnABrowserThatDoesNotComeBack() {
        tokens("old");
        signOut();
        portal.clock().pass(Duration.ofMinutes(11));
        int port = portal.portal().port();
        portal.stop();
        portal = builder()
                .port(port)
                .folder(portal.folder())
                .clock(portal.clock())
                .build();

        reads(portal.signedIn("ann"), "/account/sessions", page -> page.contains("could not be told"));
    }

    @Test
    void saysWhichAppsOnlyTheOtherBrowserCouldHaveTold() {
        tokens("old");
        Browser other = portal.signedIn("ann");

        other.post("/account/sessions", "csrf", other.get("/account/sessions").field("csrf"), "others", "1");

        assertThat(ann.get("/").location()).startsWith("/login");
        assertThat(other.get("/account/sessions").body()).contains("The old one", "could not be told");
    }

    @Test
    void tellsNobodyWhoDidNotTakePart() {
        assertThat(signOut().next()).isEqualTo("/signed-out");
        assertThat(receiver.received()).isEmpty();
    }

    @Test
    void tellsOfALogoutThatAnAppBegan() {
        Answer shop = tokens("shop");
        tokens("wiki");

        Answer answer = ann.get("/oauth2/logout?"
                + Browser.encode("id_token_hint", shop.text("id_token"), "post_logout_redirect_uri", Fixtures.LANDING));

        assertThat(answer.location()).isEqualTo(Fixtures.LANDING);
        receiver.await(2);
    }

    @Test
    void tellsEachAppOnceWhenTwoLogoutsCross() throws Exception {
        Answer shop = tokens("shop");
        tokens("wiki");
        String csrf = ann.get("/logout").field("csrf");
        Callable<Integer> person = () -> ann.post("/logout", "csrf", csrf).status();
        Callable<Integer> app = () ->
                ann.get("/oauth2/logout?id_token_hint=" + shop.text("id_token")).status();

        List<Integer> statuses = AtOnce.call(List.of(person, app, person, app, person, app));

        assertThat(statuses).allMatch(status -> status == 200 || status == 303);
        receiver.await(2);
        portal.clock().pass(Duration.ofMinutes(5));
        assertThat(ann.get("/").location()).startsWith("/login");
        assertThat(receiver.received())
                .extracting(LogoutReceiver.Received::app)
                .containsExactlyInAnyOrder("shop", "wiki");
    }

    @Test
    void tellsOfASessionWhoseLimitHasPassedAndKeepsOfflineGrants() {
        Answer shop = tokens("shop");
        FakeRelyingParty app = new FakeRelyingParty(portal, "shop");

        portal.clock().pass(Duration.ofHours(3));
        int port = portal.portal().port();
        portal.stop();
        portal = builder()
                .port(port)
                .folder(portal.folder())
                .clock(portal.clock())
                .build();

        assertThat(receiver.await(1).get(0).claims().getClaim("sid")).isEqualTo(sid(shop));
        assertThat(ann.get("/").location()).startsWith("/login");
        Answer refreshed = app.refresh(shop.text("refresh_token"));
        assertThat(refreshed.status()).as("offline_access outlives the session").isEqualTo(200);
        Answer introspected = app.post("/oauth2/introspect", "token", refreshed.text("access_token"));
        assertThat(introspected.json()).containsEntry("active", true).doesNotContainKey("sid");
    }
}
