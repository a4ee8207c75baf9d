package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.Registrations;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Request objects that the app keeps at a URL of its own: RFC 9101, 5.2, and OpenID Connect Core, 6.2. */
class RequestUriTest {
    private static final Map<String, String> OBJECTS = new ConcurrentHashMap<>();
    private static final List<String> READ = new CopyOnWriteArrayList<>();

    private static final JWKSet JWKS = new JWKSet(Fixtures.CLIENT_KEY.toPublicJWK());

    private static HttpServer host;
    private static TestPortal portal;

    private final FakeRelyingParty app = new FakeRelyingParty(portal, "keyed");

    @BeforeAll
    static void start() throws IOException {
        host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        host.createContext("/", RequestUriTest::answer);
        host.start();
        portal = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml("registration: {mode: open, private-addresses: true}")
                .yaml("""
                        applications:
                          - id: keyed
                            authentication: private-key-jwt
                            jwks: '%s'
                            redirect-uris: [%s]
                            request-uris: ["%s", "%s", "%s", "%s", "%s"]
                        """.formatted(
                                JWKS,
                                Fixtures.CALLBACK,
                                url("/good"),
                                url("/missing"),
                                url("/moved"),
                                url("/large"),
                                url("/rubbish")))
                .build();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        READ.add(path + " " + exchange.getRequestHeaders().getFirst("Accept"));
        byte[] body = OBJECTS.getOrDefault(path, "").getBytes(StandardCharsets.US_ASCII);
        boolean moved = path.equals("/moved");
        if (moved) {
            exchange.getResponseHeaders().add("Location", "/good");
        }
        exchange.sendResponseHeaders(moved ? 302 : body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @AfterAll
    static void stop() {
        portal.close();
        host.stop(0);
    }

    @BeforeEach
    void publish() {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer("keyed").audience(portal.baseUrl());
        app.request().forEach(claims::claim);
        OBJECTS.put(
                "/good",
                Jwts.signed(
                        Fixtures.CLIENT_KEY,
                        claims.claim("state", "signed-state").build()));
        OBJECTS.put("/large", "x".repeat(65 * 1024));
        OBJECTS.put("/rubbish", "rubbish");
        READ.clear();
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + host.getAddress().getPort() + path;
    }

    private static String path(String requestUri) {
        return "/oauth2/authorize?"
                + Browser.encode(
                        "client_id", "keyed",
                        "redirect_uri", Fixtures.CALLBACK,
                        "response_type", "code",
                        "scope", "openid",
                        "state", "outer-state",
                        "request_uri", requestUri);
    }

    @Test
    void readsItOnceAndCountsOnlyWhatIsSigned() {
        Browser browser = portal.browser();

        Answer answer = browser.follow(browser.signInWith(browser.follow(browser.get(path(url("/good")))), "ann"));

        assertThat(answer.locationParameter("state")).hasValue("signed-state");
        assertThat(app.redeem(answer.locationParameter("code").orElseThrow()).status())
                .isEqualTo(200);
        assertThat(READ).containsExactly("/good application/oauth-authz-req+jwt");
    }

    @ParameterizedTest
    @CsvSource({
        "/missing, invalid_request_uri",
        "/moved, invalid_request_uri",
        "/large, invalid_request_uri",
        "/rubbish, invalid_request_object"
    })
    void refusesWhatIsNoRequestObject(String where, String error) {
        Answer answer = portal.signedIn("ann").get(path(url(where)));

        assertThat(answer.location()).startsWith(Fixtures.CALLBACK + "?");
        assertThat(answer.locationParameter("error")).hasValue(error);
        assertThat(answer.locationParameter("state")).hasValue("outer-state");
        assertThat(READ).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"/elsewhere", "/good?x=1", "/Good"})
    void goesNowhereThatIsNotRegistered(String where) {
        Answer answer = portal.signedIn("ann").get(path(url(where)));

        assertThat(answer.locationParameter("error")).hasValue("invalid_request_uri");
        assertThat(READ).isEmpty();
    }

    @Test
    void takesNoneAtThePushEndpoint() {
        Answer answer = app.pushRaw("request_uri", url("/good"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("invalid_request");
        assertThat(READ).isEmpty();
    }

    private static Answer register(TestPortal where, String requestUri) {
        return Registrations.register(
                where,
                Map.of(
                        "token_endpoint_auth_method", "private_key_jwt",
                        "jwks", JWKS.toJSONObject(),
                        "request_uris", List.of(requestUri)));
    }

    /** The fragment is a hash, for those who keep what they have fetched (OpenID Connect Core, 6.2). */
    @ParameterizedTest
    @CsvSource({"/good#hash", "/good#another", "/good"})
    void goesWhereAnAppHasRegistered(String where) {
        Answer registered = register(portal, url("/good#hash"));
        assertThat(registered.json()).containsEntry("request_uris", List.of(url("/good#hash")));

        Answer answer = portal.signedIn("ann")
                .get(path(url(where)).replace("client_id=keyed", "client_id=" + registered.text("client_id")));

        // It is there, and another app's.
        assertThat(answer.locationParameter("error")).hasValue("invalid_request_object");
        assertThat(READ).containsExactly("/good application/oauth-authz-req+jwt");
    }

    @Test
    void saysSoOnAPageWhenThereIsNowhereToSayItTo() {
        String bare = "/oauth2/authorize?" + Browser.encode("client_id", "keyed", "request_uri", url("/missing"));

        Answer answer = portal.signedIn("ann").get(bare);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("request to sign you in is not in order");
        assertThat(portal.signedIn("ann").get(bare.replace("missing", "good")).locationParameter("state"))
                .hasValue("signed-state");
    }

    @Test
    void isNotSentIntoOurNetworkByWhoeverHasRegistered() {
        String inside = "https://127.0.0.1:" + host.getAddress().getPort() + "/good";
        try (TestPortal careful = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml("registration: {mode: open}")
                .build()) {
            String id = register(careful, inside).text("client_id");

            Answer answer = careful.signedIn("ann").get(path(inside).replace("client_id=keyed", "client_id=" + id));

            assertThat(answer.locationParameter("error")).hasValue("invalid_request_uri");
            assertThat(READ).isEmpty();
        }
    }

    @Test
    void registersNoneForAnAppWithoutKeys() {
        Answer answer = Registrations.register(portal, Map.of("request_uris", List.of(url("/good"))));

        assertThat(answer.text("error")).isEqualTo("invalid_client_metadata");
    }

    @ParameterizedTest
    @CsvSource({"ftp://app.example/request", "http://app.example/request", "urn:ietf:params:oauth:request_uri:x"})
    void registersOnlyWhatCouldBeFetched(String uri) {
        Answer answer = register(portal, uri);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("invalid_client_metadata");
    }
}
