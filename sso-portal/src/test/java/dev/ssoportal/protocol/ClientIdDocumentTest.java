package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestCertificate;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Apps whose {@code client_id} is the URL of their metadata: OAuth Client ID Metadata Document. */
class ClientIdDocumentTest {
    private static final Map<String, String> DOCUMENTS = new ConcurrentHashMap<>();
    private static final AtomicInteger READ = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static HttpsServer host;
    private static TestPortal portal;

    @BeforeAll
    static void start() throws Exception {
        TestCertificate certificate = TestCertificate.selfSigned("CN=localhost", "localhost");
        host = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        host.setHttpsConfigurator(new HttpsConfigurator(certificate.serverTls()));
        host.createContext("/", exchange -> {
            READ.incrementAndGet();
            String path = exchange.getRequestURI().getPath();
            byte[] body = DOCUMENTS.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .add("Content-Type", path.startsWith("/page") ? "text/html" : "application/json; charset=utf-8");
            if (path.startsWith("/moved")) {
                exchange.getResponseHeaders().add("Location", "/good");
            }
            exchange.sendResponseHeaders(path.startsWith("/moved") ? 302 : body.length == 0 ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        host.start();
        certificate.pem(folder.resolve("host.pem"));
        portal = portal("registration: {client-id-documents: true, private-addresses: true}");
    }

    @AfterAll
    static void stop() {
        portal.close();
        host.stop(0);
    }

    private static TestPortal portal(String registration) {
        return TestPortal.with()
                .server("  trusted-certificates: " + folder.resolve("host.pem"))
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .yaml(registration)
                .build();
    }

    private static String url(String path) {
        return "https://localhost:" + host.getAddress().getPort() + path;
    }

    /** Publishes a document, with some changes to a good one; an empty value removes. */
    private static FakeRelyingParty publish(String path, Map<String, Object> changes) {
        Map<String, Object> document = new HashMap<>(Map.of(
                "client_id",
                url(path),
                "client_name",
                "Wanderer",
                "redirect_uris",
                List.of(Fixtures.CALLBACK),
                "token_endpoint_auth_method",
                "none"));
        changes.forEach((name, value) -> {
            if ("".equals(value)) {
                document.remove(name);
            } else {
                document.put(name, value);
            }
        });
        DOCUMENTS.put(path, JSONObjectUtils.toJSONString(document));
        return new FakeRelyingParty(portal, url(path));
    }

    private static String code(FakeRelyingParty app) {
        Browser ann = portal.signedIn("ann");
        Answer consent = ann.get(app.authorizePath("scope", "openid email"));
        assertThat(consent.body())
                .contains("Wanderer (" + URI.create(url("/")).getAuthority() + ")", "you are sent to 127.0.0.1:9");
        return ann.follow(ann.answer(consent, "accept"))
                .locationParameter("code")
                .orElseThrow();
    }

    private static Answer redeem(FakeRelyingParty app, String path, String code, String... authentication) {
        String[] form = {
            "grant_type",
            "authorization_code",
            "client_id",
            url(path),
            "code",
            code,
            "redirect_uri",
            Fixtures.CALLBACK,
            "code_verifier",
            app.verifier().getValue()
        };
        return portal.browser().postRaw("/oauth2/token", Browser.encode(form) + "&" + Browser.encode(authentication));
    }

    /** She allows it, and the app redeems the code. */
    private static Answer tokens(FakeRelyingParty app, String path, Browser person) {
        Answer consent = person.get(app.authorizePath("scope", "openid"));
        Answer answer = person.follow(person.answer(consent, "accept"));
        return redeem(app, path, answer.locationParameter("code").orElseThrow());
    }

    private static Answer userInfo(Answer tokens) {
        return portal.browser()
                .header("Authorization", "Bearer " + tokens.text("access_token"))
                .get("/oauth2/userinfo");
    }

    @Test
    void signsPeopleInAtAnAppThatNobodyHasHeardOf() {
        FakeRelyingParty app = publish("/good", Map.of());

        Answer tokens = redeem(app, "/good", code(app));

        assertThat(tokens.status()).isEqualTo(200);
        assertThat(tokens.text("id_token")).isNotEmpty();
        assertThat(portal.browser().get("/.well-known/openid-configuration").json())
                .containsEntry("client_id_metadata_document_supported", true);
    }

    @Test
    void knowsAnAppByItsKey() throws IOException {
        FakeRelyingParty app = publish(
                "/keyed",
                Map.of(
                        "token_endpoint_auth_method",
                        "private_key_jwt",
                        "jwks",
                        new JWKSet(Fixtures.CLIENT_KEY.toPublicJWK()).toJSONObject()));
        String assertion = FakeRelyingParty.assertion(
                url("/keyed"),
                portal.baseUrl(),
                Instant.now().plusSeconds(60),
                UUID.randomUUID().toString(),
                Fixtures.CLIENT_KEY);

        Answer unproven = redeem(app, "/keyed", code(app));
        Answer proven = redeem(
                app,
                "/keyed",
                app.code(portal.signedIn("ann"), "scope", "openid email"),
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                assertion);

        assertThat(unproven.text("error")).isEqualTo("invalid_client");
        assertThat(proven.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            client_id                  | https://other.example/app
            client_id                  | ''
            client_secret              | a secret that all can read
            client_secret_expires_at   | 0
            token_endpoint_auth_method | client_secret_basic
            token_endpoint_auth_method | client_secret_post
            token_endpoint_auth_method | tls_client_auth
            token_endpoint_auth_method | private_key_jwt
            redirect_uris              | ''
            subject_type               | pairwise
            sector_identifier_uri      | https://other.example/sector
                        software_statement         | eyJhbGciOiJFUzI1NiJ9.e30.AAAA
            request_uris               | https://localhost/request
            client_name                | 'hidden \u202e order'
            client_name                | a name that is longer than any that a page could show without losing what it is about, which is who asks for what
            """)
    void refusesADocumentWith(String name, String value) {
        String path = "/" + UUID.randomUUID();
        FakeRelyingParty app = publish(path, Map.of(name, value));

        assertThat(portal.signedIn("ann").get(app.authorizePath()).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"/nothing", "/text", "/list", "/null", "/large", "/moved", "/page"})
    void refusesWhatIsNoDocument(String path) {
        DOCUMENTS.putAll(Map.of("/text", "not JSON", "/list", "[]", "/null", "null"));
        publish("/page", Map.of());
        publish("/large", Map.of("tos_uri", "https://x.example/" + "x".repeat(5 * 1024)));

        FakeRelyingParty app = new FakeRelyingParty(portal, url(path));

        assertThat(portal.signedIn("ann").get(app.authorizePath()).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"/a/../good", "/./good", "/good?x=1", "/good#x", "''", "/LONG"})
    void doesNotEvenLookAtUrlsThatCouldBeReadInTwoWays(String path) {
        publish("/good", Map.of());
        int before = READ.get();

        FakeRelyingParty app = new FakeRelyingParty(portal, url(path.replace("LONG", "x".repeat(190))));

        assertThat(portal.browser().get(app.authorizePath()).status()).isEqualTo(400);
        assertThat(READ.get()).isEqualTo(before);
    }

    @Test
    void takesPathsWhoseSegmentsRepeat() {
        FakeRelyingParty app = publish("/oauth//x/oauth", Map.of());

        assertThat(code(app)).isNotEmpty();
    }

    @Test
    void asksEachTimeWhereAnyAppOnTheDeviceCouldBeListening() {
        FakeRelyingParty app = publish("/loopback", Map.of());
        Browser ann = portal.signedIn("ann");
        ann.follow(ann.answer(ann.get(app.authorizePath("scope", "openid")), "accept"));

        assertThat(ann.get(app.authorizePath("scope", "openid")).body()).contains("asks for access");
    }

    @Test
    void leadsNoStrangerAway() {
        FakeRelyingParty app = publish("/away", Map.of("post_logout_redirect_uris", List.of(Fixtures.LANDING)));

        Answer silent = portal.browser().get(app.authorizePath("prompt", "none"));
        Answer logout = portal.browser()
                .get("/oauth2/logout?"
                        + Browser.encode("client_id", url("/away"), "post_logout_redirect_uri", Fixtures.LANDING));

        assertThat(silent.status()).isEqualTo(400);
        assertThat(logout.status()).isEqualTo(400);
    }

    @Test
    void endsASessionWithoutAskingTheDocument() {
        FakeRelyingParty app = publish("/gone", Map.of());
        Browser ann = portal.signedIn("ann");
        Answer tokens = tokens(app, "/gone", ann);
        int before = READ.get();

        Answer sessions = ann.get("/account/sessions");
        Answer end = ann.post("/logout", "csrf", ann.get("/logout").field("csrf"));

        assertThat(sessions.body()).contains(url("/gone"));
        assertThat(end.body()).contains("Signing out");
        assertThat(READ.get()).isEqualTo(before);
        assertThat(userInfo(tokens).status()).isEqualTo(401);
    }

    @Test
    void takesBackWhatAnAppWithALongIdMayDo() {
        String path = "/" + "x".repeat(190 - url("/").length());
        FakeRelyingParty app = publish(path, Map.of());
        Browser ann = portal.signedIn("ann");
        Answer tokens = tokens(app, path, ann);

        Answer page = ann.get("/account/apps");
        Answer taken = ann.post("/account/apps", "csrf", page.field("csrf"), "revoke", url(path));

        assertThat(taken.status()).isEqualTo(303);
        assertThat(userInfo(tokens).status()).isEqualTo(401);
    }

    @Test
    void leadsOnlyToTheRedirectUrisOfTheDocument() {
        FakeRelyingParty app = publish("/redirects", Map.of());

        Answer answer = portal.signedIn("ann").get(app.authorizePath("redirect_uri", "https://evil.example/callback"));

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void readsADocumentOnceForAllWhoCome() {
        FakeRelyingParty app = publish("/once", Map.of());
        Browser ann = portal.signedIn("ann");
        int before = READ.get();

        for (int i = 0; i < 5; i++) {
            assertThat(ann.get(app.authorizePath()).status()).isEqualTo(200);
        }

        assertThat(READ.get()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            registration: {mode: open}                                                            | off unless asked for
            registration: {client-id-documents: true}                                             | our own network is not for strangers
            registration: {client-id-documents: true, private-addresses: true, client-id-hosts: [apps.example]} | not a host of the operator's choice
            """)
    void goesNowhere(String registration, String why) {
        publish("/good", Map.of());
        int before = READ.get();
        try (TestPortal other = portal(registration)) {
            FakeRelyingParty app = new FakeRelyingParty(other, url("/good"));

            assertThat(other.signedIn("ann").get(app.authorizePath()).status())
                    .as(why)
                    .isEqualTo(400);
        }
        assertThat(READ.get()).as(why).isEqualTo(before);
    }
}
