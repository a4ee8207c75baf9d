package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /account/sessions} and {@code /account/apps}: a person sees and ends what she has begun. */
class AccountPagesTest {
    private static final String FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private static final String IPHONE =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";

    private TestPortal portal;
    private Browser here;

    @BeforeEach
    void start() {
        portal = TestPortal.with()
                .yaml("administrators: {usernames: [bob]}")
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .build();
        here = signedIn("ann", FIREFOX);
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    private Browser signedIn(String username, String userAgent) {
        Browser browser = portal.browser().header("User-Agent", userAgent);
        browser.signIn(username, Fixtures.PASSWORD);
        return browser;
    }

    private Answer post(Browser browser, String path, String name, String value) {
        return browser.post(path, "csrf", browser.get(path).field("csrf"), name, value);
    }

    private static String idOf(Answer page) {
        String marker = "name=\"end\" value=\"";
        int at = page.body().indexOf(marker) + marker.length();
        return page.body().substring(at, page.body().indexOf('"', at));
    }

    @Test
    void showsWhereThePersonIsSignedIn() {
        Browser phone = signedIn("ann", IPHONE);
        signedIn("bob", "bobs-own-browser");
        new FakeRelyingParty(portal, "web").code(phone);
        portal.clock().pass(Duration.ofMinutes(30));

        String page = here.get("/account/sessions").body();

        assertThat(page).contains("Firefox · Linux", "this browser", "Safari · iPhone", "from 127.0.0.1");
        assertThat(page).contains("with user name and password", "30 minutes ago", ">Web shop<");
        assertThat(page).doesNotContain("bobs-own-browser");
    }

    @Test
    void endsOneSession() {
        Browser phone = signedIn("ann", IPHONE);
        Browser tablet = signedIn("ann", "tablet");
        Answer page = signedIn("ann", "newest").get("/account/sessions");
        assertThat(page.body()).contains("newest").contains("tablet");

        Answer answer = here.post(
                "/account/sessions",
                "csrf",
                here.get("/account/sessions").field("csrf"),
                "end",
                idOf(here.get("/account/sessions")));

        assertThat(answer.location()).isEqualTo("/account/sessions?ended=1");
        long gone = Stream.of(phone, tablet)
                .filter(browser -> browser.get("/").status() == 303)
                .count();
        assertThat(gone).isLessThanOrEqualTo(1);
        assertThat(here.get("/").status()).isEqualTo(200);
        assertThat(here.get(answer.location()).body()).contains("Done.");
    }

    @Test
    void endsAllOthersAndShowsTheReceipts() {
        Browser phone = signedIn("ann", IPHONE);
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Answer tokens = web.redeem(web.code(phone, "scope", "openid offline_access"));
        Browser bob = signedIn("bob", FIREFOX);

        post(here, "/account/sessions", "others", "1");

        assertThat(phone.get("/").status()).isEqualTo(303);
        assertThat(here.get("/").status()).isEqualTo(200);
        assertThat(bob.get("/").status()).isEqualTo(200);
        assertThat(web.refresh(tokens.text("refresh_token")).status()).isEqualTo(400);
        assertThat(here.get("/account/sessions").body()).doesNotContain("iPhone");
    }

    @Test
    void cannotEndSomebodyElsesSession() {
        Browser bob = signedIn("bob", IPHONE);
        signedIn("bob", "another");
        String bobsOther = idOf(bob.get("/account/sessions"));

        post(here, "/account/sessions", "end", bobsOther);

        assertThat(idOf(bob.get("/account/sessions"))).isEqualTo(bobsOther);
    }

    @Test
    void letsAnAdministratorEndTheSessionsOfOthers() {
        Browser phone = signedIn("ann", IPHONE);
        Browser bob = signedIn("bob", FIREFOX);
        Answer found = bob.get("/admin/sessions?q=ANN%40ex");
        assertThat(found.body()).contains("Ann Example", "ann@example.com", "Safari · iPhone", "Firefox · Linux");
        assertThat(bob.get("/account/sessions").body()).contains("/admin/sessions");

        bob.post("/admin/sessions", "csrf", found.field("csrf"), "q", "ann", "end", idOf(found));
        assertThat(Stream.of(here, phone).filter(browser -> browser.get("/").status() == 200))
                .hasSize(1);
        String marker = "name=\"all\" value=\"";
        String account = found.body().substring(found.body().indexOf(marker) + marker.length());
        bob.post("/admin/sessions", "csrf", found.field("csrf"), "all", account.substring(0, account.indexOf('"')));

        assertThat(Stream.of(here, phone).filter(browser -> browser.get("/").status() == 200))
                .isEmpty();
        assertThat(bob.get("/admin/sessions?q=ann").body()).contains("Not signed in anywhere");
        assertThat(bob.get("/admin/sessions?q=%25").body())
                .as("a wildcard is a letter like any other")
                .contains("Nobody is called so");
        assertThat(bob.get("/").status()).isEqualTo(200);
    }

    @Test
    void letsNobodyElseSeeOrEndTheSessionsOfOthers() {
        Browser bob = signedIn("bob", IPHONE);
        signedIn("bob", "another");
        String bobsOther = idOf(bob.get("/account/sessions"));

        assertThat(here.get("/admin/sessions?q=bob").status()).isEqualTo(403);
        assertThat(here.post(
                                "/admin/sessions",
                                "csrf",
                                here.get("/account/sessions").field("csrf"),
                                "end",
                                bobsOther)
                        .status())
                .isEqualTo(403);
        assertThat(here.get("/account/sessions").body()).doesNotContain("/admin/sessions");
        assertThat(portal.browser().get("/admin/sessions").location()).startsWith("/login");
        assertThat(bob.post("/admin/sessions", "csrf", "forged", "end", bobsOther)
                        .status())
                .isEqualTo(403);
        assertThat(idOf(bob.get("/account/sessions"))).isEqualTo(bobsOther);
    }

    @Test
    void refusesFormsOfAnotherSite() {
        assertThat(here.post("/account/sessions", "csrf", "forged", "others", "1")
                        .status())
                .isEqualTo(403);
        assertThat(here.post("/account/apps", "csrf", "forged", "revoke", "web").status())
                .isEqualTo(403);
    }

    @Test
    void doesNothingForAFormThatDoesNotSayWhat() {
        Browser phone = signedIn("ann", IPHONE);
        Browser bob = signedIn("bob", FIREFOX);
        String csrf = here.get("/account/sessions").field("csrf");
        String bobs = bob.get("/account/sessions").field("csrf");

        assertThat(here.post("/account/sessions", "csrf", csrf).status()).isEqualTo(400);
        assertThat(here.post("/account/sessions", "csrf", csrf, "end", "a", "end", "b")
                        .status())
                .isEqualTo(400);
        assertThat(here.post("/account/apps", "csrf", csrf).status()).isEqualTo(400);
        assertThat(bob.post("/admin/sessions", "csrf", bobs).status()).isEqualTo(400);
        assertThat(here.post("/account/sessions", "csrf", csrf, "end", "unknown")
                        .status())
                .isEqualTo(303);

        assertThat(phone.get("/").status()).as("nobody was signed out").isEqualTo(200);
    }

    @Test
    void leadsToTheSignInAndBack() {
        assertThat(portal.browser().get("/account/sessions").location())
                .isEqualTo("/login?return=%2Faccount%2Fsessions");
        assertThat(portal.browser().get("/account/apps").location()).isEqualTo("/login?return=%2Faccount%2Fapps");
        assertThat(portal.browser().post("/account/apps", "revoke", "web").location())
                .startsWith("/login");
    }

    @Test
    void takesBackWhatAnAppMayDo() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Answer tokens = web.redeem(web.code(here, "scope", "openid profile offline_access orders"));
        Browser bob = signedIn("bob", FIREFOX);
        FakeRelyingParty bobsWeb = new FakeRelyingParty(portal, "web");
        Answer bobs = bobsWeb.redeem(bobsWeb.code(bob, "scope", "openid offline_access"));
        String page = here.get("/account/apps").body();
        assertThat(page).contains("Web shop", "also while you are away", "see your name", "https://orders.example");

        Answer answer = post(here, "/account/apps", "revoke", "web");

        assertThat(here.get(answer.location()).body())
                .contains("Done.", "You have not allowed any app")
                .doesNotContain("Web shop");
        assertThat(web.refresh(tokens.text("refresh_token")).status()).isEqualTo(400);
        assertThat(web.post("/oauth2/introspect", "token", tokens.text("access_token"))
                        .body())
                .isEqualTo("{\"active\":false}");
        assertThat(bobsWeb.refresh(bobs.text("refresh_token")).status()).isEqualTo(200);
        portal.clock().pass(Duration.ofSeconds(5));
        String fresh = web.redeem(web.code(here)).text("access_token");
        assertThat(web.post("/oauth2/introspect", "token", fresh).json())
                .as("what is granted anew is good")
                .containsEntry("active", true);
    }

    @Test
    void takesBackACodeThatHasNotBeenRedeemedYet() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        web.redeem(web.code(here, "scope", "openid offline_access"));
        String code = web.code(here, "scope", "openid offline_access");

        post(here, "/account/apps", "revoke", "web");

        assertThat(web.redeem(code).text("error")).isEqualTo("invalid_grant");
        assertThat(here.get("/account/apps").body()).contains("You have not allowed any app");
    }

    @Test
    void makesAThirdPartyAskAgain() {
        FakeRelyingParty partner = new FakeRelyingParty(portal, "partner");
        Answer consent = here.get(partner.authorizePath());
        here.follow(here.answer(consent, "accept"));
        assertThat(partner.code(here)).isNotEmpty();
        assertThat(here.get("/account/apps").body()).contains("Partner tool");

        post(here, "/account/apps", "revoke", "partner");

        assertThat(here.get(partner.authorizePath()).body()).contains("Partner tool asks for access");
    }
}
