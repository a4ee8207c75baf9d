package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.login.LocalAccount;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeOpenIdProvider;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import java.text.ParseException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a session is good enough: its age, its strength (RFC 9470), and how long it is remembered. */
class SessionJudgementTest {
    private static final String STRONG = "urn:example:mfa";

    private FakeOpenIdProvider corp;
    private TestPortal portal;

    @BeforeEach
    void start() {
        corp = new FakeOpenIdProvider();
        portal = TestPortal.with()
                .yaml("session: {remember-providers: [local, corp], remembered-timeout: 20d}")
                .yaml("identity-providers:\n"
                        + corp.yaml("corp", "acr-values: [\"" + STRONG + "\"]")
                        + corp.yaml("plain", "email-domains: [plain.example]"))
                .yaml(Fixtures.localAccounts())
                .yaml("""
                        applications:
                          - id: web
                            redirect-uris: [%1$s]
                            secrets: [{sha256: %2$s}]
                          - id: bank
                            redirect-uris: [%1$s]
                            secrets: [{sha256: %2$s}]
                            max-authentication-age: 5m
                          - id: vault
                            redirect-uris: [%1$s]
                            secrets: [{sha256: %2$s}]
                            acr-values: ["%3$s"]
                        """.formatted(Fixtures.CALLBACK, SecretHash.of(Fixtures.SECRET), STRONG))
                .environment("UPSTREAM_SECRET", FakeOpenIdProvider.CLIENT_SECRET)
                .build();
    }

    @AfterEach
    void stop() {
        portal.close();
        corp.close();
    }

    private FakeRelyingParty app(String id) {
        return new FakeRelyingParty(portal, id);
    }

    private static JWTClaimsSet idToken(FakeRelyingParty app, Answer redirect) {
        try {
            return SignedJWT.parse(app.redeem(redirect.locationParameter("code").orElseThrow())
                            .text("id_token"))
                    .getJWTClaimsSet();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void asksAgainForAnAppWhoseLimitOnTheAgeHasPassed() throws Exception {
        Browser ann = portal.signedIn("ann");
        assertThat(app("bank").code(ann)).isNotEmpty();
        portal.clock().pass(Duration.ofMinutes(6));

        assertThat(app("web").code(ann)).as("has no limit").isNotEmpty();
        FakeRelyingParty bank = app("bank");
        Answer toSignIn = ann.get(bank.authorizePath("max_age", "3600"));
        assertThat(toSignIn.location()).startsWith("/login?return=").contains("&fresh=1");
        assertThat(ann.get(app("bank").authorizePath("prompt", "none")).location())
                .contains("error=login_required");

        Answer form = ann.get(toSignIn.location().replace("/login?", "/login/password?"));
        Answer back = ann.follow(ann.signInWith(form, "ann"));
        assertThat(idToken(bank, back).getDateClaim("auth_time").toInstant())
                .isAfterOrEqualTo(portal.clock().instant().minusSeconds(2));
    }

    @Test
    void stepsUpAtTheProviderThatCan() throws Exception {
        Browser ann = portal.signedIn("ann");
        FakeRelyingParty web = app("web");

        Answer request = ann.follow(ann.get(web.authorizePath("acr_values", STRONG)));

        assertThat(request.location()).startsWith(corp.issuer() + "/authorize?");
        assertThat(request.locationParameter("acr_values")).hasValue(STRONG);
        assertThat(request.locationParameter("prompt")).hasValue("login");
        corp.idTokenClaims.put("acr", STRONG);
        Answer back = ann.follow(ann.get(corp.authorize(request)));
        assertThat(idToken(web, back).getStringClaim("acr")).isEqualTo(STRONG);
        assertThat(web.code(ann, "acr_values", STRONG)).as("is strong now").isNotEmpty();
        assertThat(app("vault").code(ann)).isNotEmpty();
    }

    @Test
    void tellsTheAppWhenTheProviderDidNotDoWhatWasAsked() {
        Browser browser = portal.browser();

        Answer request = browser.follow(browser.get(app("vault").authorizePath()));
        Answer back = browser.follow(browser.get(corp.authorize(request)));

        assertThat(back.location()).startsWith(Fixtures.CALLBACK);
        assertThat(back.locationParameter("error")).hasValue("unmet_authentication_requirements");
        assertThat(back.locationParameter("state")).hasValue("state-1");
    }

    @Test
    void doesNotBelieveAContextOfAProviderWhoseWordDoesNotCountForIt() throws Exception {
        Browser browser = portal.browser();
        corp.idTokenClaims.put("acr", STRONG);

        Answer request = browser.follow(browser.get(app("vault").authorizePath("idp", "plain")));
        assertThat(request.locationParameter("acr_values"))
                .as("is not asked for it")
                .isEmpty();
        Answer back = browser.follow(browser.get(corp.authorize(request)));

        assertThat(back.locationParameter("error")).hasValue("unmet_authentication_requirements");
        FakeRelyingParty web = app("web");
        assertThat(idToken(web, browser.get(web.authorizePath())).getClaim("acr"))
                .isNull();
    }

    @Test
    void takesAnAuthenticationOfUnknownAgeForTooOld() throws Exception {
        Browser browser = portal.browser();
        corp.lie = claims -> claims.claim("auth_time", null);
        browser.follow(browser.get(corp.authorize(browser.get("/login?idp=corp"))));
        FakeRelyingParty web = app("web");
        assertThat(idToken(web, browser.get(web.authorizePath())).getClaim("auth_time"))
                .as("is not made up")
                .isNull();

        assertThat(browser.get(app("bank").authorizePath()).location()).contains("&fresh=1");
        assertThat(browser.get(web.authorizePath("max_age", "3600")).location()).contains("&fresh=1");
    }

    @Test
    void cannotBeAskedOutOfWhatTheAppNeeds() {
        Browser ann = portal.signedIn("ann");

        Answer answer = ann.get(app("vault").authorizePath("acr_values", LocalAccount.ACR));

        assertThat(answer.location()).startsWith("/login?").contains("acr_values=urn%3Aexample%3Amfa");
        assertThat(ann.get(app("vault").authorizePath("prompt", "none")).location())
                .contains("error=login_required");
    }

    @Test
    void ignoresContextsThatNobodyKnowsAndSaysWhichThereAre() throws Exception {
        Browser ann = portal.signedIn("ann");
        FakeRelyingParty web = app("web");

        Answer answer = ann.get(web.authorizePath("acr_values", "unheard-of"));

        assertThat(idToken(web, answer).getStringClaim("acr")).isEqualTo(LocalAccount.ACR);
        assertThat(portal.browser().get("/.well-known/openid-configuration").body())
                .contains("\"acr_values_supported\":[\"" + LocalAccount.ACR + "\",\"" + STRONG + "\"]");
    }

    private Answer signInRemembered(Browser browser, String... remember) {
        Answer form = browser.get("/login/password");
        assertThat(form.body()).contains("name=\"remember\"");
        String[] fields = {"username", "ann", "password", Fixtures.PASSWORD, "csrf", form.field("csrf"), "return", "/"};
        String[] all = java.util.Arrays.copyOf(fields, fields.length + remember.length);
        System.arraycopy(remember, 0, all, fields.length, remember.length);
        return browser.post("/login/password", all);
    }

    @Test
    void remembersWhoeverAsksForIt() {
        Browser remembered = portal.browser();
        Browser other = portal.browser();
        Answer signedIn = signInRemembered(remembered, "remember", "1");
        Answer forNow = signInRemembered(other);

        assertThat(signedIn.header("Set-Cookie").orElseThrow()).contains("session=", "Max-Age=1728000");
        assertThat(forNow.header("Set-Cookie").orElseThrow()).doesNotContain("Max-Age");
        portal.clock().pass(Duration.ofDays(15));
        assertThat(remembered.get("/").status()).isEqualTo(200);
        assertThat(other.get("/").status()).isEqualTo(303);
        portal.clock().pass(Duration.ofDays(6));
        assertThat(remembered.get("/").status())
                .as("the limit counts from the sign-in")
                .isEqualTo(303);
    }

    @Test
    void remembersOnlyWhereTheProviderAllowsIt() {
        Answer choice =
                portal.browser().header("Sec-Fetch-Site", "same-origin").get("/login?return=%2F&choose=1&remember=1");
        Answer fromElsewhere = portal.browser().get("/login?return=%2F&choose=1&remember=1");
        assertThat(fromElsewhere.body()).contains("aria-checked=\"false\"");
        assertThat(choice.body()).contains("aria-checked=\"true\"", "&amp;remember=1&amp;idp=plain");

        Browser atCorp = portal.browser().header("Sec-Fetch-Site", "same-origin");
        Browser atPlain = portal.browser().header("Sec-Fetch-Site", "same-origin");
        Answer allowed = atCorp.get(atCorp.get(corp.authorize(atCorp.get("/login?remember=1&idp=corp")))
                .location());
        Answer notAllowed = atPlain.get(atPlain.get(corp.authorize(atPlain.get("/login?remember=1&idp=plain")))
                .location());

        assertThat(allowed.header("Set-Cookie").orElseThrow()).contains("Max-Age=1728000");
        assertThat(notAllowed.header("Set-Cookie").orElseThrow()).doesNotContain("Max-Age");
    }
}
