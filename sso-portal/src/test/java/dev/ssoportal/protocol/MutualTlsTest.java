package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestCertificate;
import dev.ssoportal.testing.TestPortal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client certificates: RFC 8705. */
class MutualTlsTest {
    @TempDir
    private static Path folder;

    private static final int PORT = Ports.free();

    private static TestCertificate server;
    private static TestCertificate authority;
    private static TestCertificate named;
    private static TestCertificate selfSigned;
    private static TestPortal portal;

    @BeforeAll
    static void start() throws Exception {
        server = TestCertificate.selfSigned("CN=localhost", "localhost");
        authority = TestCertificate.authority("CN=Clients,O=Example");
        named = authority.issue("CN=job,O=Example", "job.example");
        selfSigned = TestCertificate.selfSigned("CN=whatever", "");
        JWKSet keys =
                new JWKSet(new RSAKey.Builder((RSAPublicKey) selfSigned.keys().getPublic()).build());
        portal = TestPortal.with()
                .server("""
                          trusted-proxies: [127.0.0.1]
                          client-certificates:
                            port: %d
                            base-url: https://localhost:%1$d
                            key-store: %s
                            password: ${env:TLS}
                            header: X-Client-Cert
                            trust: %s
                        """.formatted(
                        PORT, server.keyStore(folder.resolve("tls.p12")), authority.pem(folder.resolve("clients.pem"))))
                .environment("TLS", "changeit")
                .yaml("""
                        apis:
                          - {audience: "https://orders.example", scopes: [orders], roles: [{name: read}]}
                        service-accounts:
                          - id: job
                            authentication: tls-client-auth
                            certificate: {subject-dn: "CN=job, O=Example"}
                            sender-constraint: certificate
                            roles: {"https://orders.example": [read]}
                          - id: by-dns
                            authentication: tls-client-auth
                            certificate: {san-dns: job.example}
                            roles: {"https://orders.example": [read]}
                          - id: self
                            authentication: self-signed-tls-client-auth
                            jwks: '%s'
                            sender-constraint: either
                            roles: {"https://orders.example": [read]}
                          - id: bound
                            secrets: [{sha256: %s}]
                            sender-constraint: certificate
                            roles: {"https://orders.example": [read]}
                        """.formatted(keys, SecretHash.of(Fixtures.SECRET)))
                .yaml(Fixtures.localAccounts())
                .build();
    }

    @AfterAll
    static void stop() {
        portal.close();
    }

    private static HttpResponse<String> overTls(TestCertificate client, String path, String... form) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + PORT + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form)))
                .build();
        return HttpClient.newBuilder()
                .sslContext(server.trustedBy(client))
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> token(TestCertificate client, String id) throws Exception {
        return overTls(client, "/oauth2/token", "grant_type", "client_credentials", "client_id", id);
    }

    private static String thumbprint(TestCertificate shown) throws Exception {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(SecretHash.sha256(shown.certificate().getEncoded()));
    }

    private static String accessToken(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new Answer(200, Map.of(), answer.body()).text("access_token");
    }

    @Test
    void recognisesAClientByANameThatAnAuthorityVouchesFor() throws Exception {
        assertThat(Jwts.claims(accessToken(token(named, "job"))).getClaim("cnf"))
                .isEqualTo(Map.of("x5t#S256", thumbprint(named)));
        assertThat(Jwts.claims(accessToken(token(named, "by-dns"))).getClaim("cnf"))
                .isNull();
    }

    @Test
    void recognisesAClientByAKeyThatItIsRegisteredWith() throws Exception {
        assertThat(Jwts.claims(accessToken(token(selfSigned, "self"))).getClaim("cnf"))
                .isEqualTo(Map.of("x5t#S256", thumbprint(selfSigned)));
    }

    @Test
    void refusesEverybodyElse() throws Exception {
        TestCertificate sameName = TestCertificate.selfSigned("CN=job,O=Example", "job.example");
        TestCertificate otherName = authority.issue("CN=other,O=Example", "other.example");
        TestCertificate notAnAuthority = named.issue("CN=job,O=Example", "job.example");

        for (TestCertificate wrong : new TestCertificate[] {sameName, otherName, notAnAuthority, selfSigned, null}) {
            HttpResponse<String> answer = token(wrong, "job");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("invalid_client");
        }
        assertThat(token(named, "self").statusCode()).isEqualTo(401);
        assertThat(token(named, "nobody").statusCode()).isEqualTo(401);
        assertThat(portal.browser()
                        .post("/oauth2/token", "grant_type", "client_credentials", "client_id", "job")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void bindsTheTokenOfAClientThatAuthenticatesOtherwise() throws Exception {
        HttpResponse<String> answer = overTls(
                selfSigned,
                "/oauth2/token",
                "grant_type",
                "client_credentials",
                "client_id",
                "bound",
                "client_secret",
                Fixtures.SECRET);
        assertThat(answer.statusCode()).as("by form, and registered for Basic").isEqualTo(401);
        Browser basic = portal.browser().header("Authorization", FakeRelyingParty.basic("bound", Fixtures.SECRET));
        assertThat(basic.post("/oauth2/token", "grant_type", "client_credentials")
                        .text("error"))
                .isEqualTo("invalid_request");

        String nginx = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(selfSigned.certificate().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        Answer bound = basic.header(
                        "X-Client-Cert",
                        URLEncoder.encode(nginx, StandardCharsets.UTF_8).replace("+", "%20"))
                .post("/oauth2/token", "grant_type", "client_credentials");
        assertThat(Jwts.claims(bound.text("access_token")).getClaim("cnf"))
                .isEqualTo(Map.of("x5t#S256", thumbprint(selfSigned)));
    }

    @Test
    void believesATrustedProxy() throws Exception {
        String structured =
                ":" + Base64.getEncoder().encodeToString(named.certificate().getEncoded()) + ":";

        Answer answer = portal.browser()
                .header("X-Client-Cert", structured)
                .post("/oauth2/token", "grant_type", "client_credentials", "client_id", "job");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(portal.browser()
                        .header("X-Client-Cert", "rubbish")
                        .post("/oauth2/token", "grant_type", "client_credentials", "client_id", "job")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void believesNobodyElse() throws Exception {
        String structured =
                ":" + Base64.getEncoder().encodeToString(named.certificate().getEncoded()) + ":";
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + PORT + "/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-Client-Cert", structured)
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&client_id=job"))
                .build();

        HttpResponse<String> answer = HttpClient.newBuilder()
                .sslContext(server.trustedBy(selfSigned))
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode())
                .as("what was shown to us counts more than a header")
                .isEqualTo(401);
    }

    @Test
    void advertisesWhereToShowIt() {
        Map<String, Object> metadata =
                portal.browser().get("/.well-known/openid-configuration").json();

        assertThat(metadata).containsEntry("tls_client_certificate_bound_access_tokens", true);
        assertThat(metadata.get("mtls_endpoint_aliases"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("token_endpoint", "https://localhost:" + PORT + "/oauth2/token");
    }
}
