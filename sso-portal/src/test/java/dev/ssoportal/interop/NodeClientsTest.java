package dev.ssoportal.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others have written, from npm: {@code openid-client} and {@code oauth4webapi}, driven by the scripts in {@code src/test/node}. */
@Tag("interop")
class NodeClientsTest {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void install() throws Exception {
        assumeTrue(isInstalled("npm"), "npm is installed");
        try (Stream<Path> files = Files.list(Path.of("src", "test", "node"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        run(Map.of(), "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock");
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path).resolve(command)));
    }

    private static String run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "run", ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static String drive(TestPortal portal, String script) throws Exception {
        return run(
                Map.of(
                        "PORTAL", portal.baseUrl(),
                        "PASSWORD", Fixtures.PASSWORD,
                        "SECRET", Fixtures.SECRET,
                        "CALLBACK", Fixtures.CALLBACK,
                        "LANDING", Fixtures.LANDING,
                        "CLIENT_JWK", Fixtures.CLIENT_KEY.toJSONString()),
                "node",
                script);
    }

    @Test
    void openidClientSpeaksFapiAndTheRest() throws Exception {
        try (TestPortal portal = TestPortal.start()) {
            assertThat(drive(portal, "openid-client.mjs"))
                    .contains("the access token is bound", "the device has its tokens", "the token is worth nothing");
        }
    }

    @Test
    void oauth4webapiGetsSignedIntrospectionAndNonces() throws Exception {
        try (TestPortal portal = TestPortal.with()
                .yaml("tokens: {require-dpop-nonces: true}")
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .build()) {
            List<String> said = drive(portal, "oauth4webapi.mjs").lines().toList();
            assertThat(said).contains("ok: a nonce is wanted", "ok: introspection is signed");
        }
    }
}
