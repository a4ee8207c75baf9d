package dev.ssoportal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestCertificate;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator puts beside the configuration: pages, a key store, a Hazelcast file. */
class OperatorFilesTest {
    @TempDir
    private Path folder;

    @Test
    void prefersTheOperatorsPagesAndAssetsFileByFile() throws IOException {
        Files.createDirectories(folder.resolve("assets"));
        Files.writeString(folder.resolve("assets/portal.css"), "body { color: teal }");
        Files.writeString(
                folder.resolve("signed-out.html"), "<!DOCTYPE html><html><body><p>Bye from us</p></body></html>");
        try (TestPortal portal = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .server("  templates: " + folder)
                .build()) {
            assertThat(portal.browser().get("/assets/portal.css").body()).isEqualTo("body { color: teal }");
            assertThat(portal.browser().get("/signed-out").body()).contains("Bye from us");
            assertThat(portal.browser().get("/login/password").body())
                    .as("ours")
                    .contains("User name");
            assertThat(portal.browser().get("/assets/favicon.svg").status()).isEqualTo(200);
        }
    }

    @Test
    void joinsAsTheHazelcastFileSays() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(home.resolve("hazelcast.yaml"), """
                hazelcast:
                  cluster-name: by-file
                  network:
                    port: {port: 0, auto-increment: false}
                    join:
                      auto-detection: {enabled: false}
                      multicast: {enabled: false}
                    interfaces: {enabled: true, interfaces: [127.0.0.1]}
                """);
        try (TestPortal portal = TestPortal.with()
                .folder(home)
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .build()) {
            assertThat(portal.portal().clusterMembers()).isEqualTo(1);
            assertThat(portal.signedIn("ann").get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void terminatesTlsWithModernProtocolsOnly() throws Exception {
        int port = Ports.free();
        TestCertificate certificate = TestCertificate.selfSigned("CN=localhost", "localhost");
        Path keyStore = certificate.keyStore(folder.resolve("tls.p12"));
        try (TestPortal portal = TestPortal.with()
                .port(port)
                .publicUrl("https://localhost:" + port)
                .server("  tls: {key-store: " + keyStore + ", password: \"${env:TLS_PASSWORD}\"}")
                .environment("TLS_PASSWORD", "changeit")
                .yaml(Fixtures.localAccounts())
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/login/password"))
                    .build();

            HttpResponse<String> page =
                    client(certificate, "TLSv1.3", "TLSv1.2").send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Set-Cookie").orElseThrow()).startsWith("__Host-");
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> client(certificate, "TLSv1.1").send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOfAny(SSLHandshakeException.class, IOException.class);
            assertThat(portal.baseUrl()).isNotEmpty();
        }
    }

    private static HttpClient client(TestCertificate trusted, String... protocols) throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(protocols);
        return HttpClient.newBuilder()
                .sslContext(trusted.trustedBy(null))
                .sslParameters(parameters)
                .build();
    }
}
