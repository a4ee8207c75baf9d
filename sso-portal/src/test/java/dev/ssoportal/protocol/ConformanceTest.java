package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.ssoportal.Portal;
import dev.ssoportal.PortalConfig;
import dev.ssoportal.crypto.KeyPairs;
import dev.ssoportal.directory.App;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestCertificate;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of {@code config/conformance}: that it starts, and has what a conformance suite looks for. */
class ConformanceTest {
    private static final String PASSWORD = "conformance password";

    @TempDir
    private Path folder;

    private Portal portal;
    private Map<String, String> environment;
    private String baseUrl;
    private HttpClient tls;

    @BeforeEach
    void start() throws Exception {
        int port = Ports.free();
        int certificatePort = Ports.free();
        baseUrl = "https://localhost:" + port;
        Path work = Files.createDirectory(folder.resolve("work"));
        TestCertificate server = TestCertificate.selfSigned("CN=localhost", "localhost");
        server.keyStore(work.resolve("tls.p12"));
        server.pem(work.resolve("suite.pem"));
        TestCertificate.authority("CN=conformance-authority").pem(work.resolve("clients.pem"));
        Files.writeString(work.resolve("password.hash"), Fixtures.hash(PASSWORD, 64, 1));
        for (String client : List.of("client-1", "client-2")) {
            Files.writeString(
                    work.resolve(client + ".jwks"),
                    new JWKSet(KeyPairs.generate(JWSAlgorithm.PS256, client)).toString(true));
        }
        String yaml = Files.readString(Path.of("..", "config", "conformance", "portal.yaml"))
                .replace("port: 8443", "port: " + port + "\n  management-port: 0\n  address: 127.0.0.1")
                .replace("port: 8444", "port: " + certificatePort);
        Files.writeString(folder.resolve("portal.yaml"), yaml);
        environment = Map.of(
                "CONFORMANCE_ISSUER",
                baseUrl,
                "CONFORMANCE_MTLS",
                "https://localhost:" + certificatePort,
                "CONFORMANCE_SUITE",
                "https://localhost.emobix.co.uk:8443",
                "CONFORMANCE_DATA",
                work.toString(),
                "CONFORMANCE_PASSWORD",
                "changeit",
                "CONFORMANCE_SECRET_1",
                Fixtures.SECRET,
                "CONFORMANCE_SECRET_2",
                Fixtures.SECRET + "2");
        portal = Portal.start(PortalConfig.load(folder, environment), Clock.systemUTC());
        tls = HttpClient.newBuilder()
                .sslContext(server.trustedBy(null))
                .cookieHandler(new CookieManager())
                .build();
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    private Answer send(String url, String authorization, String... form) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url.startsWith("/") ? baseUrl + url : url));
        if (form.length > 0) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form)));
        }
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> answer = tls.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.headers().map(), answer.body());
    }

    @Test
    void fillsEveryStandardClaim() throws Exception {
        String callback = "https://localhost.emobix.co.uk:8443/test/a/sso-portal/callback";
        Answer form = send("/login/password", "");
        assertThat(form.body()).contains("id=\"username\"", "id=\"password\"", "id=\"login-submit\"");
        Answer signedIn = send(
                "/login/password",
                "",
                "csrf",
                form.field("csrf"),
                "return",
                "/",
                "username",
                "conformance",
                "password",
                PASSWORD);
        assertThat(signedIn.status()).isEqualTo(303);

        Answer code = send(
                "/oauth2/authorize?"
                        + Browser.encode(
                                "client_id", "basic-1",
                                "response_type", "code",
                                "redirect_uri", callback,
                                "scope", "openid profile email address phone"),
                "");
        String basic = FakeRelyingParty.basic("basic-1", Fixtures.SECRET);
        Answer tokens = send(
                "/oauth2/token",
                basic,
                "grant_type",
                "authorization_code",
                "redirect_uri",
                callback,
                "code",
                code.locationParameter("code").orElseThrow());
        Answer userInfo = send("/oauth2/userinfo", "Bearer " + tokens.text("access_token"));

        assertThat(userInfo.json().keySet())
                .isEqualTo(Set.of(
                        "sub",
                        "name",
                        "given_name",
                        "family_name",
                        "middle_name",
                        "nickname",
                        "preferred_username",
                        "profile",
                        "picture",
                        "website",
                        "gender",
                        "birthdate",
                        "zoneinfo",
                        "locale",
                        "updated_at",
                        "email",
                        "email_verified",
                        "address",
                        "phone_number",
                        "phone_number_verified"));
    }

    /** What {@code prepare.sh} has the suite given: it is JSON, and names clients that there are. */
    @Test
    void writesTestConfigurationsForItsClients() throws Exception {
        for (String client : List.of("client-1", "client-2")) {
            Files.writeString(folder.resolve("work").resolve(client + ".private.jwks"), "{\"keys\": []}");
            Files.writeString(folder.resolve("work").resolve(client + ".pem"), "-----BEGIN CERTIFICATE-----\nx\n");
            Files.writeString(folder.resolve("work").resolve(client + ".key"), "-----BEGIN PRIVATE KEY-----\nx\n");
        }
        Path program = Path.of("..", "config", "conformance", "Plans.java").toAbsolutePath();
        ProcessBuilder plans = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), program.toString())
                .directory(folder.toFile())
                .inheritIO();
        plans.environment().putAll(environment);

        assertThat(plans.start().waitFor()).isZero();

        Set<String> known = PortalConfig.load(folder, environment).applications().stream()
                .map(App::id)
                .collect(Collectors.toSet());
        try (Stream<Path> written = Files.list(folder.resolve("work"))) {
            List<Path> configurations =
                    written.filter(file -> file.toString().endsWith(".json")).toList();
            assertThat(configurations).hasSize(10);
            for (Path file : configurations) {
                Map<String, Object> configuration = JSONObjectUtils.parse(Files.readString(file));
                for (String member : List.of("client", "client2", "client_secret_post")) {
                    if (configuration.get(member) instanceof Map<?, ?> client && client.containsKey("client_id")) {
                        assertThat(known).contains((String) client.get("client_id"));
                    }
                }
                assertThat((List<?>) configuration.get("browser")).hasSize(2);
            }
        }
    }

    @Test
    void advertisesWhatItOffersAndNothingElse() throws Exception {
        Map<String, Object> metadata =
                send("/.well-known/openid-configuration", "").json();

        assertThat(metadata)
                .containsEntry("response_types_supported", List.of("code"))
                .containsEntry("request_parameter_supported", true)
                .containsEntry("request_uri_parameter_supported", true)
                .containsEntry("require_request_uri_registration", true)
                .containsEntry("id_token_signing_alg_values_supported", List.of("ES256", "PS256", "RS256"))
                .containsEntry("claims_parameter_supported", true)
                .containsEntry("tls_client_certificate_bound_access_tokens", true)
                .containsKeys(
                        "registration_endpoint",
                        "pushed_authorization_request_endpoint",
                        "device_authorization_endpoint",
                        "mtls_endpoint_aliases",
                        "acr_values_supported",
                        "end_session_endpoint",
                        "dpop_signing_alg_values_supported");
        // What has a version for client certificates has one without (RFC 8705, section 5).
        assertThat(metadata)
                .containsKeys(((Map<?, ?>) metadata.get("mtls_endpoint_aliases"))
                        .keySet()
                        .toArray(String[]::new));
        for (Map.Entry<String, Object> entry : metadata.entrySet()) {
            if (entry.getKey().endsWith("_endpoint") || entry.getKey().equals("jwks_uri")) {
                assertThat(entry.getValue()).asString().startsWith(baseUrl + "/oauth2/");
            }
        }
    }
}
