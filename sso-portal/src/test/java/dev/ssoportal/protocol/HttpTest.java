package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers, limits, errors, languages, discovery, health. */
class HttpTest extends SharedPortal {

    @Test
    void publishesMetadataThatParses() throws Exception {
        Answer openId = portal.browser().get("/.well-known/openid-configuration");
        OIDCProviderMetadata provider = OIDCProviderMetadata.parse(openId.body());
        assertThat(provider.getIssuer()).isEqualTo(new Issuer(portal.baseUrl()));
        assertThat(provider.supportsAuthorizationResponseIssuerParam()).isTrue();
        assertThat(openId.header("Access-Control-Allow-Origin")).hasValue("*");

        Answer oauth = portal.browser().get("/.well-known/oauth-authorization-server");
        assertThat(AuthorizationServerMetadata.parse(oauth.body()).getTokenEndpointURI())
                .isEqualTo(URI.create(portal.baseUrl() + "/oauth2/token"));
        assertThat(oauth.json()).containsEntry("revocation_feed_endpoint", portal.baseUrl() + "/oauth2/revocations");
        assertThat(openId.json()).doesNotContainKey("revocation_feed_endpoint");
    }

    @Test
    void publishesPublicKeysOnly() {
        assertThat(portal.browser().get("/oauth2/jwks").body())
                .contains("\"kty\":\"EC\"", "\"kty\":\"RSA\"")
                .doesNotContain("\"d\":");
    }

    @Test
    void protectsPages() {
        Answer page = portal.browser().get("/login/password");

        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                .doesNotContain("unsafe-inline");
        assertThat(page.header("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.header("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.header("Cache-Control")).hasValue("no-store");
        assertThat(page.header("Server")).isEmpty();
        assertThat(page.body())
                .startsWith("<!DOCTYPE html>")
                .doesNotContain("<style", " style=", " onclick=", "<script>");
        assertThat(page.header("Set-Cookie").orElseThrow()).contains("HttpOnly", "SameSite=Lax");
    }

    @Test
    void hardensCookiesAndTransportOnHttps() {
        TestPortal.Builder builder = TestPortal.with().yaml(Fixtures.localAccounts());
        String inside = builder.baseUrl();
        builder.publicUrl("https://portal.example");
        try (TestPortal own = builder.build()) {
            Answer page = new Browser(inside).get("/login/password");

            assertThat(page.header("Set-Cookie").orElseThrow())
                    .startsWith("__Host-browser=")
                    .contains("Secure");
            assertThat(page.header("Strict-Transport-Security")).isPresent();
            assertThat(new Browser(inside)
                            .get("/.well-known/openid-configuration")
                            .text("issuer"))
                    .isEqualTo("https://portal.example");
            assertThat(own.baseUrl()).isEqualTo(inside);
        }
    }

    @Test
    void answersErrorsWithAPageAndAReference() {
        Answer answer = portal.browser().get("/nowhere");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).containsPattern("<code id=\"reference\">[A-Z0-9]{8}</code>");
    }

    @Test
    void tellsWhichMethodsAPathAnswers() {
        Answer answer = portal.browser().get("/oauth2/token");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).hasValue("OPTIONS, POST");
    }

    @Test
    void refusesBodiesThatAreTooLarge() {
        Answer token = portal.browser().postRaw("/oauth2/token", "grant_type=" + "x".repeat(600_000));
        assertThat(token.status()).isEqualTo(413);
        assertThat(token.text("error")).isEqualTo("invalid_request");

        assertThat(portal.browser()
                        .postRaw("/login/password", "x".repeat(600_000))
                        .status())
                .isEqualTo(413);
    }

    @Test
    void refusesTooManyParameters() {
        assertThat(portal.browser().postRaw("/oauth2/token", "a=b&".repeat(200)).status())
                .isEqualTo(400);
        assertThat(portal.browser().get("/login?" + "a=b&".repeat(200)).status())
                .isEqualTo(400);
    }

    @Test
    void refusesHeadersThatAreTooLarge() {
        assertThat(portal.browser()
                        .header("X-Large", "x".repeat(20_000))
                        .get("/")
                        .status())
                .isEqualTo(431);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login?return=%zz", "/login?return=%", "/login?%ff=%"})
    void refusesMalformedPercentEncoding(String target) throws IOException {
        assertThat(rawStatus("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/../messages_en.properties",
                "/assets/..%2fmessages_en.properties",
                "/assets/%2e%2e/layout.html"
            })
    void servesNothingOutsideTheAssets(String target) throws IOException {
        assertThat(rawStatus("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .isIn(400, 404);
    }

    private static int rawStatus(String request) throws IOException {
        URI uri = URI.create(portal.baseUrl());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return Integer.parseInt(head.substring(9));
        }
    }

    @Test
    void ignoresTheHostHeader() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(portal.baseUrl() + "/.well-known/openid-configuration"))
                                .header("X-Forwarded-Host", "evil.example")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body()).doesNotContain("evil.example");
    }

    @Test
    void speaksTheLanguageOfTheBrowserOrTheRequest() {
        assertThat(portal.browser()
                        .header("Accept-Language", "de-AT,en;q=0.5")
                        .get("/login/password")
                        .body())
                .contains("Benutzername", "lang=\"de\"");
        assertThat(portal.browser()
                        .header("Accept-Language", "fr")
                        .get("/login/password")
                        .body())
                .contains("User name");
        Browser german = portal.browser();
        assertThat(german.get("/login/password?ui_locales=tlh%20de").body()).contains("Benutzername");
        assertThat(german.get("/login/password").body())
                .as("remembered for this browser")
                .contains("Benutzername");
    }

    @Test
    void carriesTheLanguageOfAnAuthorizationRequestToTheSignInPage() {
        Browser browser = portal.browser();

        Answer form =
                browser.follow(browser.get(new FakeRelyingParty(portal, "web").authorizePath("ui_locales", "de")));

        assertThat(form.body()).contains("Benutzername");
    }

    @Test
    void escapesWhatPeopleAndAppsSay() {
        Answer page = portal.browser().signIn("<script>alert(1)</script>", "x");

        assertThat(page.body()).doesNotContain("<script>alert").contains("&lt;script&gt;alert");
    }

    @Test
    void answersHealthAndMetricsOnThePrivatePortOnly() {
        Browser management = new Browser(portal.managementUrl());
        assertThat(management.get("/health/live").status()).isEqualTo(200);
        assertThat(management.get("/health/ready").json()).containsEntry("database", "up");
        assertThat(management.get("/metrics").body())
                .contains("jvm_memory_used_bytes", "ssoportal_cluster_members 1.0");

        assertThat(portal.browser().get("/health/ready").status()).isEqualTo(404);
        assertThat(portal.browser().get("/metrics").status()).isEqualTo(404);
    }

    @Test
    void answersAQueryThatCannotBeReadWithAPageInSomeLanguage() throws IOException {
        for (String target : new String[] {"/?ui_locales=%zz", "/login?x=%zz&ui_locales=de"}) {
            assertThat(rawStatus("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .isIn(303, 400);
        }
    }

    @Test
    void readsTokenRequestsAsFormsOnly() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(portal.baseUrl() + "/oauth2/token"))
                                .header("Authorization", FakeRelyingParty.basic("batch", Fixtures.SECRET))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("invalid_request");
    }

    @Test
    void givesNoThreadToSlowSenders() throws Exception {
        URI uri = URI.create(portal.baseUrl());
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 250; i++) {
                Socket socket = new Socket(uri.getHost(), uri.getPort());
                slow.add(socket);
                socket.getOutputStream()
                        .write("POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nx"
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
            assertThat(portal.browser().get("/oauth2/jwks").status()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }
}
