package dev.ssoportal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
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
        Certificate certificate = keyStore(folder.resolve("tls.p12"), "changeit");
        try (TestPortal portal = TestPortal.with()
                .port(port)
                .publicUrl("https://localhost:" + port)
                .server("  tls: {key-store: " + folder.resolve("tls.p12") + ", password: \"${env:TLS_PASSWORD}\"}")
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

    private static HttpClient client(Certificate trusted, String... protocols) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("portal", trusted);
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(protocols);
        return HttpClient.newBuilder()
                .sslContext(context)
                .sslParameters(parameters)
                .build();
    }

    private static Certificate keyStore(Path file, String password) throws Exception {
        KeyPair pair = dev.ssoportal.testing.FakeSamlProvider.rsa();
        X500Principal name = new X500Principal("CN=localhost");
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(now.minusSeconds(60)),
                Date.from(now.plusSeconds(3600)),
                name,
                pair.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
        byte[] encoded = builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
                .getEncoded();
        Certificate certificate =
                CertificateFactory.getInstance("X.509").generateCertificate(new java.io.ByteArrayInputStream(encoded));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("tls", pair.getPrivate(), password.toCharArray(), new Certificate[] {certificate});
        try (OutputStream stream = Files.newOutputStream(file)) {
            store.store(stream, password.toCharArray());
        }
        return certificate;
    }
}
