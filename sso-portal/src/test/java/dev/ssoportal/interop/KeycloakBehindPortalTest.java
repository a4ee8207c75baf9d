package dev.ssoportal.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.net.URL;
import org.htmlunit.Page;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real Keycloak that has the portal as its identity provider, and an app of its own. */
@Tag("interop")
class KeycloakBehindPortalTest {
    private static Keycloak keycloak;
    private static TestPortal portal;

    @BeforeAll
    static void start() throws Exception {
        int keycloakPort = Ports.free();
        String realm = "http://127.0.0.1:" + keycloakPort + "/realms/" + Keycloak.REALM;
        portal = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml("""
                        applications:
                          - id: keycloak
                            redirect-uris: ["%1$s/broker/portal/endpoint"]
                            post-logout-redirect-uris: ["%1$s/broker/portal/endpoint/logout_response"]
                            backchannel-logout-uri: "%1$s/protocol/openid-connect/logout/backchannel-logout"
                            require-pkce: true
                            secrets: [{sha256: %2$s}]
                        """.formatted(realm, SecretHash.of(Fixtures.SECRET)))
                .build();
        keycloak = Keycloak.start(keycloakPort, Keycloak.behind(portal.baseUrl(), Fixtures.SECRET));
    }

    @AfterAll
    static void stop() throws IOException {
        if (keycloak != null) {
            keycloak.close();
        }
        portal.close();
    }

    /** Keycloak's app asks for a sign-in by the portal; an answer ends at the realm's own page. */
    private static Page toApp(WebClient browser, String... more) throws IOException {
        return browser.getPage(keycloak.issuer() + "/protocol/openid-connect/auth?"
                + Browser.encode(
                        "client_id",
                        "app",
                        "redirect_uri",
                        keycloak.issuer(),
                        "response_type",
                        "code",
                        "scope",
                        "openid",
                        "kc_idp_hint",
                        "portal")
                + "&" + Browser.encode(more));
    }

    private static URL signIn(WebClient browser) throws IOException {
        HtmlPage form = (HtmlPage) toApp(browser);
        assertThat(form.getUrl().toString()).startsWith(portal.baseUrl());
        ((HtmlInput) form.getElementById("username")).type("ann");
        ((HtmlInput) form.getElementById("password")).type(Fixtures.PASSWORD);
        Page end = ((HtmlElement) form.getElementById("login-submit")).click();
        return end.getUrl();
    }

    private static JWTClaimsSet idToken(URL answer) {
        String code = new Answer(303, java.util.Map.of("location", java.util.List.of(answer.toString())), "")
                .locationParameter("code")
                .orElseThrow(() -> new AssertionError("no code in " + answer));
        Answer tokens = new Browser(keycloak.issuer())
                .post(
                        "/protocol/openid-connect/token",
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        "app",
                        "redirect_uri",
                        keycloak.issuer(),
                        "code",
                        code);
        return Jwts.claims(tokens.text("id_token"));
    }

    @Test
    void signsPeopleInAtItsAppsWithWhatThePortalSaysOfThem() throws Exception {
        try (WebClient browser = LoopbackBrowser.open()) {
            JWTClaimsSet claims = idToken(signIn(browser));

            assertThat(claims.getStringClaim("preferred_username")).isEqualTo("ann");
            assertThat(claims.getStringClaim("email")).isEqualTo("ann@example.com");
            assertThat(claims.getStringClaim("family_name")).isEqualTo("Example");
            assertThat(toApp(browser).getUrl().toString())
                    .as("once more, without a word")
                    .contains("code=");
        }
    }

    @Test
    void signsOutAtThePortalWhenItSignsOut() throws Exception {
        try (WebClient browser = LoopbackBrowser.open()) {
            signIn(browser);

            HtmlPage confirm = browser.getPage(keycloak.issuer() + "/protocol/openid-connect/logout");
            Page end = ((HtmlElement) confirm.querySelector("#kc-logout")).click();

            assertThat(end.getWebResponse().getStatusCode()).isEqualTo(200);
            assertThat(browser.getPage(portal.baseUrl() + "/").getUrl().getPath())
                    .as("the portal's session is over")
                    .startsWith("/login");
        }
    }

    @Test
    void hearsOfASignOutAtThePortal() throws Exception {
        try (WebClient browser = LoopbackBrowser.open()) {
            signIn(browser);
            assertThat(toApp(browser, "prompt", "none").getUrl().toString()).contains("code=");

            HtmlPage launcher = browser.getPage(portal.baseUrl() + "/");
            HtmlPage underWay = ((HtmlElement) launcher.getElementById("sign-out")).click();
            HtmlPage end = ((HtmlElement) underWay.getElementById("next")).click();

            assertThat(end.asNormalizedText()).contains("You are signed out");
            assertThat(toApp(browser, "prompt", "none").getUrl().toString()).contains("error=login_required");
        }
    }
}
