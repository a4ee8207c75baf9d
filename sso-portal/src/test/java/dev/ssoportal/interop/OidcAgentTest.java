package dev.ssoportal.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code oidc-agent}, as Debian ships it: somebody at a command line signs in by the device flow. */
@Tag("interop")
class OidcAgentTest {
    private static final Path AGENT = Path.of("/usr/bin/oidc-agent");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Signs in, prints an access token, gets another by the refresh token, prints that, and forgets all. */
    private static final String SCRIPT = """
            eval "$(oidc-agent)"
            oidc-gen shell --flow=device --iss="$PORTAL" --client-id=tv --pub --scope="openid offline_access orders" \\
                --redirect-uri= --pw-env --prompt=none --confirm-default --no-url-call
            echo "first token: $(oidc-token shell)"
            echo "second token: $(oidc-token --force-new shell)"
            oidc-agent -k
            """;

    @TempDir
    private Path home;

    private TestPortal portal;
    private Process shell;

    @BeforeEach
    void start() {
        assumeTrue(Files.isExecutable(AGENT), "oidc-agent-cli is installed");
        portal = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .yaml("tokens: {device-interval: 1s}")
                .build();
    }

    @AfterEach
    void stop() {
        if (shell != null) {
            shell.descendants().forEach(ProcessHandle::destroy);
            shell.destroy();
        }
        if (portal != null) {
            portal.close();
        }
    }

    @Test
    void signsInByTheDeviceFlow() throws Exception {
        Path output = home.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", SCRIPT)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .putAll(java.util.Map.of(
                        "HOME", home.toString(), "PORTAL", portal.baseUrl(), "OIDC_ENCRYPTION_PW", "of the test"));
        shell = builder.start();

        connect(await(output, "enter the code: ([A-Z]{4}-[A-Z]{4})"));

        String first = await(output, "first token: (\\S+)");
        String second = await(output, "second token: (\\S+)");
        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(second).isNotEqualTo(first);
        assertThat(Jwts.claims(second).getStringClaim("client_id")).isEqualTo("tv");
        assertThat(Jwts.claims(second).getStringListClaim("aud")).contains(Fixtures.ORDERS);
    }

    /** What a person does at a browser, elsewhere. */
    private void connect(String userCode) {
        Browser ann = portal.signedIn("ann");
        Answer form = ann.get("/device");
        Answer confirmation = ann.post("/device", "csrf", form.field("csrf"), "user_code", userCode);
        Answer done =
                ann.post("/device", "csrf", confirmation.field("csrf"), "user_code", userCode, "decision", "accept");
        assertThat(done.body()).contains("Television is connected");
    }

    /** The first group of what the script has to print sooner or later. */
    private String await(Path output, String expected) throws IOException, InterruptedException {
        Pattern pattern = Pattern.compile(expected);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Matcher matcher = pattern.matcher(Files.readString(output));
            if (matcher.find()) {
                return matcher.group(1);
            }
            Thread.sleep(100);
        }
        throw new IOException("no \"" + expected + "\" in " + Files.readString(output));
    }
}
