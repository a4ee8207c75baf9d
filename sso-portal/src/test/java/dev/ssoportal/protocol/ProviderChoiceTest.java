package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeOpenIdProvider;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which provider: choice page, e-mail domains, hints. */
class ProviderChoiceTest {
    private static FakeOpenIdProvider corp;
    private static FakeOpenIdProvider sales;
    private static TestPortal portal;

    @BeforeAll
    static void start() {
        corp = new FakeOpenIdProvider();
        sales = new FakeOpenIdProvider();
        portal = TestPortal.with()
                .yaml("identity-providers:\n"
                        + corp.yaml("corp", "email-domains: [example.com]")
                        + sales.yaml("sales", "email-domains: [sales.example.com]"))
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .environment("UPSTREAM_SECRET", FakeOpenIdProvider.CLIENT_SECRET)
                .build();
    }

    @AfterAll
    static void stop() {
        portal.close();
        corp.close();
        sales.close();
    }

    @Test
    void offersEveryWay() {
        assertThat(portal.browser().get("/login").body())
                .contains(
                        "Continue with Corporate corp", "Continue with Corporate sales", "With user name and password");
    }

    @Test
    void routesByDomainAndTheMostSpecificWins() {
        assertThat(portal.browser().get("/login?login_hint=ann@example.com").location())
                .startsWith(corp.issuer());
        assertThat(portal.browser().get("/login?login_hint=ann@HR.example.com").location())
                .startsWith(corp.issuer());
        assertThat(portal.browser()
                        .get("/login?login_hint=bob@sales.example.com")
                        .location())
                .startsWith(sales.issuer());
        assertThat(portal.browser()
                        .get("/login?login_hint=bob@eu.sales.example.com")
                        .location())
                .startsWith(sales.issuer());
        assertThat(portal.browser().get("/login?domain_hint=sales.example.com").location())
                .startsWith(sales.issuer());
    }

    @Test
    void passesTheLoginHintOn() {
        assertThat(portal.browser().get("/login?login_hint=ann@example.com").locationParameter("login_hint"))
                .hasValue("ann@example.com");
    }

    @Test
    void offersTheChoiceForADomainNobodyServes() {
        for (String hint :
                new String[] {"ann@example.org", "ann@notexample.com", "ann@example.com.evil.org", "ann@", "@", "ann"
                }) {
            Answer page = portal.browser()
                    .get("/login?login_hint=" + Browser.encode("x", hint).substring(2));
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body()).contains("No sign-in provider is set up for this address");
        }
    }

    @Test
    void answersTheSameWhetherAnAccountExistsOrNot() {
        Answer known = portal.browser().get("/login?login_hint=ann@example.com");
        Answer unknown = portal.browser().get("/login?login_hint=nobody@example.com");

        assertThat(known.status()).isEqualTo(unknown.status());
        assertThat(known.location().replaceAll("(state|nonce|code_challenge|login_hint)=[^&]*", ""))
                .isEqualTo(unknown.location().replaceAll("(state|nonce|code_challenge|login_hint)=[^&]*", ""));
    }

    @Test
    void letsThePersonUseAnotherWay() {
        Answer form = portal.browser().get("/login/password?return=%2Flogout");
        assertThat(form.body()).contains("Use another way");

        Answer choice = portal.browser().get("/login?return=%2Flogout&login_hint=ann@example.com&choose=1");
        assertThat(choice.body()).contains("Continue with Corporate corp", "return=%2Flogout");
    }

    @Test
    void honoursHintsOfAnAuthorizationRequest() {
        Browser browser = portal.browser();
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");

        assertThat(browser.follow(browser.get(web.authorizePath("login_hint", "x@sales.example.com")))
                        .location())
                .startsWith(sales.issuer());
        assertThat(browser.follow(browser.get(web.authorizePath("domain_hint", "example.com")))
                        .location())
                .startsWith(corp.issuer());
        assertThat(browser.follow(browser.get(web.authorizePath("idp", "sales")))
                        .location())
                .startsWith(sales.issuer());
    }

    @Test
    void showsAPageForAnUnknownProvider() {
        assertThat(portal.browser().get("/login?idp=nobody").status()).isEqualTo(404);
    }
}
