package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeOpenIdProvider;
import dev.ssoportal.testing.FakeOpenIdProvider.Signature;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sign-in through an upstream OpenID provider (OpenID Connect Core, 3.1; RFC 9700, 2.1). */
class UpstreamOidcTest {
    private FakeOpenIdProvider corp;
    private TestPortal portal;

    @BeforeEach
    void start() {
        corp = new FakeOpenIdProvider();
        portal = portal("identity-providers:\n"
                + corp.yaml("corp", "roles: [{claim: groups, contains: engineering, roles: [staff, engineer]}]"));
    }

    private static TestPortal portal(String providers) {
        return TestPortal.with()
                .yaml(providers)
                .yaml(Fixtures.catalog())
                .environment("UPSTREAM_SECRET", FakeOpenIdProvider.CLIENT_SECRET)
                .build();
    }

    @AfterEach
    void stop() {
        portal.close();
        corp.close();
    }

    private static Answer begin(Browser browser) {
        return browser.follow(browser.get("/"));
    }

    private Answer signIn(Browser browser) {
        return browser.follow(browser.get(corp.authorize(begin(browser))));
    }

    private void assertRefused(String words) {
        Browser browser = portal.browser();
        Answer answer = signIn(browser);
        assertThat(answer.status()).isBetween(400, 599);
        assertThat(answer.body()).contains(words).containsPattern("id=\"reference\">[A-Z0-9]{8}<");
        assertThat(browser.cookie("session")).isNull();
    }

    @Test
    void signsInWithCodePkceNonceAndState() {
        Browser browser = portal.browser();
        Answer request = begin(browser);
        assertThat(request.location()).startsWith(corp.issuer() + "/authorize?");
        assertThat(request.locationParameter("response_type")).hasValue("code");
        assertThat(request.locationParameter("code_challenge_method")).hasValue("S256");
        assertThat(request.locationParameter("redirect_uri")).hasValue(portal.baseUrl() + "/federation/corp/callback");
        assertThat(request.locationParameter("nonce")).isPresent();
        assertThat(request.locationParameter("state").orElseThrow()).hasSizeGreaterThan(40);

        Answer launcher = browser.follow(browser.get(corp.authorize(request)));

        assertThat(launcher.body()).contains("Hello, Carla Corporate", "Workshop");
    }

    @Test
    void bringsRolesToTheApps() throws Exception {
        Browser browser = portal.browser();
        signIn(browser);
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");

        Answer tokens = web.redeem(web.code(browser, "scope", "openid orders"));

        assertThat(com.nimbusds.jwt.SignedJWT.parse(tokens.text("access_token"))
                        .getJWTClaimsSet()
                        .getStringListClaim("roles"))
                .containsExactly("orders:read", "orders:write");
    }

    @Test
    void findsThePersonAgainBySubjectWhateverElseChanges() {
        String first = subject();
        corp.person("subject-1", "carla2", "Carla Married", "new@corp.example");
        assertThat(subject()).isEqualTo(first);

        corp.person("subject-2", "carla2", "Carla Married", "new@corp.example");
        assertThat(subject()).isNotEqualTo(first);
    }

    private String subject() {
        Browser browser = portal.browser();
        signIn(browser);
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String token = web.redeem(web.code(browser)).text("access_token");
        return portal.browser()
                .header("Authorization", "Bearer " + token)
                .get("/oauth2/userinfo")
                .text("sub");
    }

    @ParameterizedTest
    @EnumSource(value = Signature.class, names = "RS256", mode = EnumSource.Mode.EXCLUDE)
    void refusesAnIdTokenThatTheProviderDidNotSign(Signature signature) {
        corp.announcedAlgorithms = List.of("RS256", "HS256");
        corp.signature = signature;

        assertRefused("proves nothing");
    }

    @Test
    void refusesAnIdTokenWithAnotherNonce() {
        corp.lie = claims -> claims.claim("nonce", "other");
        assertRefused("proves nothing");
    }

    @Test
    void refusesAnIdTokenWithoutNonce() {
        corp.lie = claims -> claims.claim("nonce", null);
        assertRefused("proves nothing");
    }

    @Test
    void refusesAnIdTokenOfAnotherIssuer() {
        corp.lie = claims -> claims.issuer("https://evil.example");
        assertRefused("proves nothing");
    }

    @Test
    void refusesAnIdTokenForAnotherAudience() {
        corp.lie = claims -> claims.audience("somebody-else");
        assertRefused("proves nothing");
    }

    @Test
    void refusesAnExpiredIdToken() {
        corp.lie = claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(600)));
        assertRefused("proves nothing");
    }

    @Test
    void refusesAnAnswerWithoutIdToken() {
        corp.withoutIdToken = true;
        assertRefused("proves nothing");
    }

    @Test
    void refusesUserinfoOfAnotherSubject() {
        corp.userInfo.put("sub", "somebody-else");
        assertRefused("proves nothing");
    }

    @Test
    void refusesWhenTheTokenEndpointFails() {
        corp.tokenStatus = 500;
        assertRefused("proves nothing");
    }

    @Test
    void refusesAPersonAboutWhomARequiredClaimIsMissing() {
        portal.close();
        portal = portal("identity-providers:\n" + corp.yaml("corp", "require-email: true"));
        corp.userInfo.remove("email");

        assertRefused("did not say enough about you");
    }

    @Test
    void tellsThatTheProviderRefused() {
        Browser browser = portal.browser();
        Answer answer = browser.get(corp.refuse(begin(browser), "access_denied"));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("Your sign-in provider refused");
    }

    @Test
    void tellsThatTheProviderIsDown() {
        corp.close();
        Browser browser = portal.browser();
        portal.close();
        portal = portal("identity-providers:\n" + corp.yaml("corp"));

        Answer answer = portal.browser().get("/login");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).contains("cannot be reached");
        assertThat(browser.cookie("session")).isNull();
    }

    @Test
    void refusesAProviderWhoseDiscoveryIsNonsenseOrAnothers() {
        for (String nonsense : List.of("{", "[]", "{\"issuer\":\"" + corp.issuer() + "\"}", "<html>")) {
            corp.discoveryAnswer = nonsense;
            assertThatProviderIsUnusable();
        }
        corp.discoveryAnswer = "";
        corp.announcedIssuer = "https://evil.example";
        assertThatProviderIsUnusable();
        corp.announcedIssuer = "";
        corp.announcedAlgorithms = List.of("HS256", "none");
        assertThatProviderIsUnusable();
    }

    private void assertThatProviderIsUnusable() {
        portal.close();
        portal = portal("identity-providers:\n" + corp.yaml("corp"));
        assertThat(portal.browser().get("/login").status()).isEqualTo(502);
    }

    @Test
    void goesOnWithTheLastGoodDiscoveryWhileTheProviderAnswersNonsense() {
        begin(portal.browser());
        corp.discoveryAnswer = "nonsense";
        portal.clock().pass(Duration.ofHours(2));

        assertThat(signIn(portal.browser()).body()).contains("Carla Corporate");
    }

    @Test
    void refusesAnAnswerInAnotherBrowser() {
        Browser victim = portal.browser();
        Browser attacker = portal.browser();
        String callback = corp.authorize(begin(attacker));

        Answer answer = victim.follow(victim.get(callback));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("another browser");
        assertThat(victim.cookie("session")).isNull();
    }

    @Test
    void takesAnAnswerOnce() {
        Browser browser = portal.browser();
        String callback = corp.authorize(begin(browser));
        Answer first = browser.get(callback);

        assertThat(browser.get(callback).location())
                .as("begins again with the same request")
                .isEqualTo("/login?return=%2F");
        assertThat(browser.follow(first).body()).contains("Carla");
        assertThat(browser.get(callback).location())
                .as("goes on, since there is a session by now")
                .isEqualTo("/");
        assertThat(browser.get(first.location()).location())
                .as("the proof is used up")
                .isEqualTo("/");
        browser.forgetCookies();
        assertThat(browser.get(first.location()).location()).isEqualTo("/login?return=%2F");
        assertThat(browser.cookie("session")).isNull();
    }

    @Test
    void refusesAnAnswerToAnUnknownOrExpiredAttempt() {
        Browser browser = portal.browser();
        assertThat(browser.get("/federation/corp/callback?code=x&state=unknown").status())
                .isEqualTo(400);
        assertThat(browser.get("/federation/corp/callback?code=x").status()).isEqualTo(400);
        assertThat(browser.get("/federation/corp/callback?code=x&state=a&state=b")
                        .status())
                .isEqualTo(400);
        assertThat(browser.get("/federation/nobody/callback?code=x&state=a").status())
                .isEqualTo(404);
        String callback = corp.authorize(begin(browser));

        portal.clock().pass(Duration.ofMinutes(11));

        assertThat(browser.get(callback).location()).isEqualTo("/login?return=%2F");
        portal.clock().pass(Duration.ofHours(2));
        assertThat(browser.get(callback).status()).isEqualTo(400);
    }

    @Test
    void goesOnFromAPageLeftOpenWithTheRequestItWasFor() {
        Browser browser = portal.browser();
        Answer leftOpen = browser.get("/login?return=%2Flogout");
        portal.clock().pass(Duration.ofMinutes(11));

        Answer again = browser.get(corp.authorize(leftOpen));
        assertThat(again.location()).isEqualTo("/login?return=%2Flogout");

        Answer signedIn = browser.follow(browser.get(corp.authorize(browser.get(again.location()))));
        assertThat(signedIn.body()).contains("Sign out?");
    }

    @Test
    void refusesAnAnswerOfAnotherProvider() {
        portal.close();
        portal = portal("identity-providers:\n" + corp.yaml("corp") + corp.yaml("other"));
        Browser browser = portal.browser();
        Answer request = browser.get("/login?idp=corp");
        String callback = corp.authorize(request).replace("/federation/corp/", "/federation/other/");

        assertThat(browser.get(callback).status()).isEqualTo(400);
    }

    @Test
    void keepsParallelTabsApart() {
        Browser browser = portal.browser();
        Answer firstTab = browser.get("/login?return=%2Flogout");
        Answer secondTab = browser.get("/login?return=%2F");

        Answer second = browser.follow(browser.get(corp.authorize(secondTab)));
        Answer first = browser.follow(browser.get(corp.authorize(firstTab)));

        assertThat(second.body()).contains("Hello, Carla");
        assertThat(first.body()).contains("Sign out?");
    }

    @Test
    void demandsAFreshSignInAndChecksThatItWasOne() {
        Browser browser = portal.browser();
        signIn(browser);
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");

        Answer request = browser.follow(browser.get(web.authorizePath("prompt", "login")));
        assertThat(request.locationParameter("prompt")).hasValue("login");
        assertThat(request.locationParameter("max_age")).hasValue("0");
        assertThat(browser.follow(browser.get(corp.authorize(request))).location())
                .startsWith(Fixtures.CALLBACK + "?code=");

        Answer again = browser.follow(browser.get(web.authorizePath("prompt", "login", "state", "again")));
        corp.lie = claims ->
                claims.claim("auth_time", Instant.now().minusSeconds(3600).getEpochSecond());
        Answer stale = browser.follow(browser.get(corp.authorize(again)));
        assertThat(stale.status()).isEqualTo(502);
        assertThat(stale.body()).contains("did not ask you again");
    }

    @Test
    void signsOutAtTheProviderToo() {
        Browser browser = portal.browser();
        Answer launcher = signIn(browser);

        Answer leaving = browser.post("/logout", "csrf", launcher.field("csrf"));

        String next = leaving.next();
        Answer toProvider = browser.get(next);
        assertThat(toProvider.location()).startsWith(corp.issuer() + "/logout?");
        assertThat(toProvider.locationParameter("id_token_hint")).isPresent();
        assertThat(toProvider.locationParameter("post_logout_redirect_uri"))
                .hasValue(portal.baseUrl() + "/logout/next");
        String state = toProvider.locationParameter("state").orElseThrow();
        Answer landing = browser.get("/logout/next?state=" + state);
        assertThat(landing.location()).startsWith("/signed-out?receipts=");
        assertThat(browser.get(landing.location()).body()).contains("Corporate corp", ">told<");
        assertThat(browser.get("/").location()).startsWith("/login");
    }

    @Test
    void linksByVerifiedEmailOnlyWhereConfigured() {
        portal.close();
        portal = TestPortal.with()
                .yaml("identity-providers:\n"
                        + corp.yaml("corp")
                        + corp.yaml("trusted", "link-by-verified-email: true"))
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .environment("UPSTREAM_SECRET", FakeOpenIdProvider.CLIENT_SECRET)
                .build();
        corp.person("ann-upstream", "ann", "Ann Example", "ann@example.com");
        String local = subjectOf(portal.signedIn("ann"));

        assertThat(subjectThrough("corp")).as("not configured").isNotEqualTo(local);
        corp.person("ann-unverified", "ann", "Ann Example", "ann@example.com");
        corp.userInfo.put("email_verified", false);
        assertThat(subjectThrough("trusted")).as("not verified").isNotEqualTo(local);
    }

    @Test
    void linksTheAccountWithTheSameVerifiedAddress() {
        portal.close();
        portal = TestPortal.with()
                .yaml("identity-providers:\n" + corp.yaml("trusted", "link-by-verified-email: true"))
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .environment("UPSTREAM_SECRET", FakeOpenIdProvider.CLIENT_SECRET)
                .build();
        String local = subjectOf(portal.signedIn("ann"));
        corp.person("ann-upstream", "ann", "Ann Example", "Ann@Example.com");

        assertThat(subjectThrough("trusted")).isEqualTo(local);
        corp.person("ann-upstream", "ann", "Ann Example", "changed@example.com");
        assertThat(subjectThrough("trusted")).as("linked for good").isEqualTo(local);
    }

    private String subjectThrough(String idp) {
        Browser browser = portal.browser();
        browser.follow(browser.get(corp.authorize(browser.get("/login?idp=" + idp))));
        return subjectOf(browser);
    }

    private String subjectOf(Browser browser) {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String token = web.redeem(web.code(browser)).text("access_token");
        return portal.browser()
                .header("Authorization", "Bearer " + token)
                .get("/oauth2/userinfo")
                .text("sub");
    }

    @Test
    void neverLinksAnAddressThatOnlyAnUntrustedProviderHasVouchedFor() {
        portal.close();
        portal = TestPortal.with()
                .yaml("identity-providers:\n" + corp.yaml("corp")
                        + corp.yaml("trusted", "link-by-verified-email: true"))
                .yaml(Fixtures.catalog())
                .environment("UPSTREAM_SECRET", FakeOpenIdProvider.CLIENT_SECRET)
                .build();
        corp.person("attacker", "mallory", "Mallory", "victim@corp.example");
        String attacker = subjectThrough("corp");
        corp.person("victim", "victim", "Victor", "victim@corp.example");

        assertThat(subjectThrough("trusted")).isNotEqualTo(attacker);
    }

    @Test
    void doesNotWaitForAProviderThatHangs() throws Exception {
        portal.close();
        try (java.net.ServerSocket silent =
                new java.net.ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress())) {
            portal = portal("identity-providers:\n  - {id: corp, issuer: \"http://127.0.0.1:" + silent.getLocalPort()
                    + "\", client-id: x, client-secret: \"${env:UPSTREAM_SECRET}\"}\n");
            Browser browser = portal.browser();
            // The background refresh, or the first of these, is waiting; nobody waits behind it.
            browser.get("/login");
            for (int i = 0; i < 300; i++) {
                assertThat(browser.get("/login").status()).isEqualTo(502);
            }
            assertThat(browser.get("/oauth2/jwks").status()).isEqualTo(200);
        }
    }
}
