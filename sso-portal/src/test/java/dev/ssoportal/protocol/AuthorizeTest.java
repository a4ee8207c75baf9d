package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenID Connect Core, 3.1.2; RFC 6749, 4.1.1 and 4.1.2; RFC 9207; RFC 9700, 2.1. */
class AuthorizeTest extends SharedPortal {

    @Test
    void sendsCodeStateAndIssuerToAPersonWhoIsSignedIn() {
        Answer answer = portal.signedIn("ann").get(new FakeRelyingParty(portal, "web").authorizePath());

        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.location()).startsWith(Fixtures.CALLBACK + "?code=");
        assertThat(answer.locationParameter("state")).hasValue("state-1");
        assertThat(answer.locationParameter("iss")).hasValue(portal.baseUrl());
        assertThat(answer.header("Cache-Control")).hasValue("no-store");
    }

    @Test
    void answersPostLikeGet() {
        String path = new FakeRelyingParty(portal, "web").authorizePath();

        Answer answer = portal.signedIn("ann").postRaw("/oauth2/authorize", path.substring(path.indexOf('?') + 1));

        assertThat(answer.locationParameter("code")).isPresent();
    }

    @Test
    void resumesTheRequestAfterTheSignIn() {
        Browser browser = portal.browser();
        Answer toLogin = browser.get(new FakeRelyingParty(portal, "web").authorizePath());
        assertThat(toLogin.location()).startsWith("/login?return=%2Foauth2%2Fauthorize");
        Answer form = browser.follow(toLogin);
        assertThat(form.header("Content-Security-Policy").orElseThrow()).doesNotContain("form-action");

        Answer signedIn = browser.signInWith(form, "ann");

        assertThat(browser.follow(signedIn).location()).startsWith(Fixtures.CALLBACK + "?code=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nobody", "batch"})
    void showsAPageForAnUnknownClient(String clientId) {
        Answer answer =
                portal.signedIn("ann").get(new FakeRelyingParty(portal, "web").authorizePath("client_id", clientId));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Location")).isEmpty();
        assertThat(answer.body()).contains("not known here");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://127.0.0.1:9/callback/",
                "http://127.0.0.1:9/callback?x=1",
                "http://127.0.0.1:9/CALLBACK",
                "http://127.0.0.1:9/callback/../callback",
                "https://evil.example/callback",
                "http://127.0.0.1:9@evil.example/callback",
                "//evil.example"
            })
    void showsAPageForAnyOtherRedirectUri(String redirectUri) {
        Answer answer = portal.signedIn("ann")
                .get(new FakeRelyingParty(portal, "web").authorizePath("redirect_uri", redirectUri));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Location")).isEmpty();
        assertThat(answer.body()).contains("not registered");
    }

    @ParameterizedTest
    @CsvSource({
        "response_type, token, unsupported_response_type",
        "response_type, code id_token, unsupported_response_type",
        "code_challenge_method, plain, invalid_request",
        "code_challenge, short, invalid_request",
        "response_mode, fragment, invalid_request",
        "scope, openid inventory, invalid_scope",
        "prompt, none login, invalid_request",
        "prompt, bogus, invalid_request",
        "max_age, x, invalid_request",
        "request, e30.e30., invalid_request_object",
        "request_uri, https://a.example, invalid_request_uri",
        "resource, https://unknown.example, invalid_target"
    })
    void sendsBackWhatIsWrongOnceTheRedirectUriIsProven(String name, String value, String error) {
        Answer answer = portal.signedIn("bob").get(new FakeRelyingParty(portal, "spa").authorizePath(name, value));

        assertThat(answer.location()).startsWith(Fixtures.CALLBACK + "?error=" + error);
        assertThat(answer.locationParameter("state")).hasValue("state-1");
        assertThat(answer.locationParameter("iss")).hasValue(portal.baseUrl());
    }

    @Test
    void refusesADuplicateParameter() {
        Answer answer = portal.signedIn("ann")
                .get(new FakeRelyingParty(portal, "web").authorizePath() + "&scope=openid&nonce=other");

        assertThat(answer.location()).startsWith(Fixtures.CALLBACK + "?error=invalid_request");
    }

    @Test
    void showsAPageForADuplicateRedirectUri() {
        Answer answer = portal.signedIn("ann")
                .get(new FakeRelyingParty(portal, "web").authorizePath() + "&redirect_uri=https%3A%2F%2Fevil.example");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Location")).isEmpty();
    }

    @Test
    void demandsPkceOfPublicClients() {
        Answer answer = portal.signedIn("ann")
                .get(new FakeRelyingParty(portal, "spa")
                        .authorizePath("code_challenge", "", "code_challenge_method", ""));

        assertThat(answer.locationParameter("error")).hasValue("invalid_request");
        assertThat(answer.locationParameter("error_description")).hasValue("code_challenge is required");
    }

    @Test
    void ignoresScopesItDoesNotKnow() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(portal.signedIn("ann"), "scope", "openid unheard-of");

        assertThat(web.redeem(code).text("scope")).isEqualTo("openid");
    }

    @Test
    void narrowsTheAudienceToTheResourceAskedFor() throws Exception {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code =
                web.code(portal.signedIn("ann"), "scope", "openid orders inventory", "resource", Fixtures.INVENTORY);

        String token = web.redeem(code).text("access_token");

        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getAudience())
                .containsExactly(Fixtures.INVENTORY, portal.baseUrl());
        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getStringListClaim("roles"))
                .containsExactly("inventory:read");
    }

    @Test
    void answersPromptNoneWithoutASessionByLoginRequired() {
        Answer answer = portal.browser().get(new FakeRelyingParty(portal, "web").authorizePath("prompt", "none"));

        assertThat(answer.locationParameter("error")).hasValue("login_required");
    }

    @Test
    void answersPromptNoneWithASessionByACode() {
        Answer answer = portal.signedIn("ann").get(new FakeRelyingParty(portal, "web").authorizePath("prompt", "none"));

        assertThat(answer.locationParameter("code")).isPresent();
    }

    @Test
    void asksAgainForPromptLoginAndOnlyOnce() {
        Browser ann = portal.signedIn("ann");
        String before = ann.cookie("session");
        Answer toLogin = ann.get(new FakeRelyingParty(portal, "web").authorizePath("prompt", "login"));
        assertThat(toLogin.location()).contains("fresh=1");
        Answer form = ann.follow(toLogin);

        Answer signedIn = ann.signInWith(form, "ann");

        assertThat(ann.follow(signedIn).location()).startsWith(Fixtures.CALLBACK + "?code=");
        assertThat(ann.cookie("session")).isNotEqualTo(before);
    }

    @Test
    void doesNotTakeTheMarkOfAnotherRequestForASignIn() {
        Browser ann = portal.signedIn("ann");
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Answer toLogin = ann.get(web.authorizePath("prompt", "login"));
        String returnPath = toLogin.locationParameter("return").orElseThrow();
        String interaction = returnPath.substring(returnPath.indexOf("interaction=") + 12);

        Answer answer = ann.get(web.authorizePath("prompt", "login", "state", "other", "interaction", interaction));

        assertThat(answer.location()).startsWith("/login?");
    }

    @Test
    void asksAgainWhenTheSignInIsOlderThanMaxAge() {
        try (TestPortal own = TestPortal.start()) {
            Browser ann = own.signedIn("ann");
            FakeRelyingParty web = new FakeRelyingParty(own, "web");
            assertThat(ann.get(web.authorizePath("max_age", "600")).locationParameter("code"))
                    .isPresent();

            own.clock().pass(Duration.ofMinutes(11));

            assertThat(ann.get(web.authorizePath("max_age", "600")).location()).startsWith("/login?");
            assertThat(ann.get(web.authorizePath("max_age", "600", "prompt", "none"))
                            .locationParameter("error"))
                    .hasValue("login_required");
        }
    }

    @Test
    void passesHintsOnToTheSignIn() {
        Answer answer = portal.browser()
                .get(new FakeRelyingParty(portal, "web")
                        .authorizePath("login_hint", "ann@example.com", "domain_hint", "example.com"));

        assertThat(answer.locationParameter("login_hint")).hasValue("ann@example.com");
        assertThat(answer.locationParameter("domain_hint")).hasValue("example.com");
    }

    @Test
    void refusesAPersonWhomTheAccessRuleDoesNotAdmit() {
        Answer page = portal.signedIn("bob").get(new FakeRelyingParty(portal, "workshop").authorizePath());
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("You may not use this app");

        Answer silent =
                portal.signedIn("bob").get(new FakeRelyingParty(portal, "workshop").authorizePath("prompt", "none"));
        assertThat(silent.locationParameter("error")).hasValue("access_denied");

        Answer admitted = portal.signedIn("ann").get(new FakeRelyingParty(portal, "workshop").authorizePath());
        assertThat(admitted.locationParameter("code")).isPresent();
    }

    @Test
    void neverTakesASessionIdForACredential() {
        Browser ann = portal.signedIn("ann");
        Browser thief = portal.browser();
        String sid = ann.cookie("session").substring(0, ann.cookie("session").indexOf('.'));
        for (String forged : new String[] {sid, sid + ".", sid + ".x", ".", ""}) {
            thief.setCookie("session", forged);
            assertThat(thief.get("/").location()).startsWith("/login");
        }
    }

    @Test
    void givesATokenForOneApiAtATimeAndOnlyItsScopes() throws Exception {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Browser ann = portal.signedIn("ann");
        String both = "openid offline_access orders inventory";
        assertThat(web.redeem(web.code(ann, "scope", both)).text("error")).isEqualTo("invalid_target");

        String code = web.code(ann, "scope", both);
        Answer orders = web.token(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                Fixtures.CALLBACK,
                "code_verifier",
                web.verifier().getValue(),
                "resource",
                Fixtures.ORDERS);
        Answer inventory = web.refresh(orders.text("refresh_token"), "resource", Fixtures.INVENTORY);

        assertThat(orders.text("scope")).isEqualTo("offline_access openid orders");
        assertThat(inventory.text("scope")).isEqualTo("inventory offline_access openid");
        assertThat(SignedJWT.parse(inventory.text("access_token"))
                        .getJWTClaimsSet()
                        .getStringListClaim("roles"))
                .containsExactly("inventory:read");
    }

    @Test
    void givesARoleWithoutGrantedToToNobody() throws Exception {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");

        String token = web.redeem(web.code(portal.signedIn("ann"), "scope", "openid inventory"))
                .text("access_token");

        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getStringListClaim("roles"))
                .doesNotContain("inventory:sync");
    }

    @Test
    void comesBackByGetWhenAPostCarriesNoCookie() {
        String path = new FakeRelyingParty(portal, "web").authorizePath("prompt", "none");

        Answer answer = portal.browser().postRaw("/oauth2/authorize", path.substring(path.indexOf('?') + 1));

        assertThat(answer.location()).startsWith("/oauth2/authorize?client_id=web");
    }

    @Test
    void signsInOnceForMaxAgeZero() {
        Browser browser = portal.browser();
        Answer form = browser.follow(browser.get(new FakeRelyingParty(portal, "web").authorizePath("max_age", "0")));

        Answer signedIn = browser.signInWith(form, "ann");

        assertThat(browser.follow(signedIn).location()).startsWith(Fixtures.CALLBACK + "?code=");
    }

    @Test
    void usesUpTheMarkOfASignIn() {
        Browser ann = portal.browser();
        Answer form = ann.follow(ann.get(new FakeRelyingParty(portal, "web").authorizePath("prompt", "login")));
        String resumed = form.field("return");
        ann.signInWith(form, "ann");
        assertThat(ann.get(resumed).locationParameter("code")).isPresent();

        assertThat(ann.get(resumed).location()).startsWith("/login?");
    }

    @Test
    void doesNotGiveOnePersonForAnother() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String annsToken = web.redeem(web.code(portal.signedIn("ann"))).text("id_token");
        Browser bob = portal.signedIn("bob");

        assertThat(bob.get(web.authorizePath("id_token_hint", annsToken, "prompt", "none"))
                        .locationParameter("error"))
                .hasValue("login_required");
        assertThat(bob.get(web.authorizePath("id_token_hint", annsToken)).location())
                .startsWith("/login?");
        assertThat(bob.get(web.authorizePath("id_token_hint", "nonsense")).locationParameter("error"))
                .hasValue("invalid_request");
        assertThat(portal.signedIn("ann")
                        .get(web.authorizePath("id_token_hint", annsToken, "prompt", "none"))
                        .locationParameter("code"))
                .isPresent();
    }

    @Test
    void tellsTheAppOfParametersThatNobodyCanName() {
        Answer answer =
                portal.signedIn("ann").get(new FakeRelyingParty(portal, "web").authorizePath() + "&%C3%A4=1&%C3%A4=2");

        assertThat(answer.locationParameter("error")).hasValue("invalid_request");
    }

    @Test
    void tellsTheAppWhenSomebodyElseSignsInThanItMeans() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String annsToken = web.redeem(web.code(portal.signedIn("ann"))).text("id_token");
        Browser bob = portal.signedIn("bob");

        Answer form = bob.follow(bob.get(web.authorizePath("id_token_hint", annsToken)));
        Answer back = bob.follow(bob.signInWith(form, "bob"));

        assertThat(back.locationParameter("error")).hasValue("login_required");
    }
}
