package dev.ssoportal.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apache with mod_auth_openidc, as Debian ships it, as an app of the portal. */
@Tag("interop")
class ApacheTest {
    private static final Path MODULES = Path.of("/usr/lib/apache2/modules");
    private static final String SECRET = "apache-client-secret-with-plenty-of-entropy-0123";
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir
    private Path folder;

    private final int port = Ports.free();
    private TestPortal portal;
    private Process apache;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.exists(MODULES.resolve("mod_auth_openidc.so")), "libapache2-mod-auth-openidc is installed");
        portal = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml("""
                        applications:
                          - id: apache
                            name: Behind Apache
                            redirect-uris: ["%1$s/protected/callback"]
                            post-logout-redirect-uris: ["%1$s/"]
                            backchannel-logout-uri: "%1$s/protected/callback?logout=backchannel"
                            secrets: [{sha256: %2$s}]
                        """.formatted(url(), SecretHash.of(SECRET)))
                .build();
        Path content = Files.createDirectories(folder.resolve("www/protected"));
        Files.writeString(content.resolve("index.html"), "<html><body><p id=\"inside\">inside</p></body></html>");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("apache.conf"), configuration());
        apache = new ProcessBuilder(
                        "apache2", "-f", folder.resolve("apache.conf").toString(), "-DFOREGROUND")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("apache.out").toFile())
                .start();
        awaitListening();
    }

    private String url() {
        return "http://127.0.0.1:" + port;
    }

    private String configuration() {
        return """
                ServerRoot %1$s
                ServerName 127.0.0.1
                Listen 127.0.0.1:%2$d
                PidFile %1$s/apache.pid
                DefaultRuntimeDir %1$s
                ErrorLog %1$s/error.log
                LoadModule mpm_event_module %3$s/mod_mpm_event.so
                LoadModule authn_core_module %3$s/mod_authn_core.so
                LoadModule authz_core_module %3$s/mod_authz_core.so
                LoadModule authz_user_module %3$s/mod_authz_user.so
                LoadModule dir_module %3$s/mod_dir.so
                LoadModule mime_module %3$s/mod_mime.so
                LoadModule auth_openidc_module %3$s/mod_auth_openidc.so
                TypesConfig /etc/mime.types
                User www-data
                Group www-data
                DocumentRoot %1$s/www
                OIDCProviderMetadataURL %4$s/.well-known/openid-configuration
                OIDCClientID apache
                OIDCClientSecret %5$s
                OIDCRedirectURI %6$s/protected/callback
                OIDCCryptoPassphrase a-passphrase-for-the-test-only
                OIDCScope "openid profile"
                OIDCPKCEMethod S256
                OIDCSessionType server-cache
                <Location /protected>
                  AuthType openid-connect
                  Require valid-user
                </Location>
                """.formatted(folder, port, MODULES, portal.baseUrl(), SECRET, url());
    }

    private void awaitListening() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && apache.isAlive()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (java.net.ConnectException e) {
                Thread.sleep(50);
            }
        }
        throw new IOException("Apache does not start: " + Files.readString(folder.resolve("apache.out")));
    }

    @AfterEach
    void stop() throws Exception {
        if (apache != null) {
            apache.destroy();
            assertThat(apache.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        if (portal != null) {
            portal.close();
        }
    }

    @Test
    void signsInThroughThePortalAndHearsOfTheLogout() throws Exception {
        try (WebClient client = new WebClient()) {
            client.getOptions().setCssEnabled(false);
            HtmlPage form = client.getPage(url() + "/protected/");
            assertThat(form.getUrl().toString()).startsWith(portal.baseUrl());
            ((HtmlInput) form.getElementById("username")).type("ann");
            ((HtmlInput) form.getElementById("password")).type(Fixtures.PASSWORD);
            HtmlPage inside = ((HtmlElement) form.getElementById("login-submit")).click();
            assertThat(inside.getUrl()).hasToString(url() + "/protected/");
            assertThat(inside.getElementById("inside")).isNotNull();
            HtmlPage again = client.getPage(url() + "/protected/");
            assertThat(again.getElementById("inside")).isNotNull();

            Browser same = portal.browser();
            same.setCookie(
                    "session", client.getCookieManager().getCookie("session").getValue());
            String plan = same.post("/logout", "csrf", same.get("/logout").field("csrf"))
                    .next();

            assertThat(awaitSignInForm(client).getElementById("password"))
                    .as("Apache has heard of the logout and asks again")
                    .isNotNull();
            assertThat(same.get(plan).body()).contains("Behind Apache", ">told<");
        }
    }

    private HtmlPage awaitSignInForm(WebClient client) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        HtmlPage page = client.getPage(url() + "/protected/");
        while (page.getElementById("password") == null && System.nanoTime() < end) {
            Thread.sleep(50);
            page = client.getPage(url() + "/protected/");
        }
        return page;
    }
}
