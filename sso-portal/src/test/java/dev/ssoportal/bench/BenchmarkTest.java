package dev.ssoportal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures and prints; asserts only that everything was answered. */
@Tag("bench")
class BenchmarkTest {
    private static final int CONNECTIONS = 32;
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warm-up-seconds", 8));
    private static final Duration MEASURED = Duration.ofSeconds(Integer.getInteger("bench.seconds", 6));

    @TempDir
    private Path folder;

    private record Measurement(double perSecond, double cpuSecondsPerThousand) {}

    private record Row(String name, Measurement portal, Measurement limit) {}

    @Test
    void printsTheTable() throws Exception {
        List<Row> rows = new ArrayList<>();
        StringBuilder footer = new StringBuilder();
        try (ServerProcess bare = bare()) {
            try (ServerProcess portal = portal("es256")) {
                long afterStart = portal.residentMegabytes();
                measureEs256(portal, bare, rows);
                footer.append(String.format(
                        Locale.ROOT,
                        "start-up to the first 200 on discovery: %.2f s; resident after start: %d MB, after load: %d MB%n",
                        portal.startUp().toMillis() / 1000.0,
                        afterStart,
                        portal.residentMegabytes()));
            }
            try (ServerProcess portal = portal("rs256")) {
                rows.add(1, row("client_credentials, RS256", portal, clientCredentials(), bare, "RS256"));
            }
        }
        print(rows, footer.toString());
        assertThat(rows).hasSize(5);
    }

    private void measureEs256(ServerProcess portal, ServerProcess bare, List<Row> rows) throws IOException {
        String baseUrl = "http://127.0.0.1:" + portal.port();
        FakeRelyingParty web = new FakeRelyingParty(baseUrl, "web");
        Browser ann = new Browser(baseUrl);
        ann.signIn("ann", Fixtures.PASSWORD);
        String token = web.redeem(web.code(ann, "scope", "openid profile email orders"))
                .text("access_token");
        rows.add(row("client_credentials, ES256", portal, clientCredentials(), bare, "ES256"));
        rows.add(row(
                "introspection",
                portal,
                post("/oauth2/introspect", "token=" + token, FakeRelyingParty.basic("web", Fixtures.SECRET)),
                bare,
                "none"));
        rows.add(row(
                "userinfo", portal, get("/oauth2/userinfo", "Authorization: Bearer " + token + "\r\n"), bare, "none"));
        rows.add(row("JWKS", portal, get("/oauth2/jwks", ""), bare, "none"));
    }

    private static String clientCredentials() {
        return post(
                "/oauth2/token",
                "grant_type=client_credentials&scope=orders",
                FakeRelyingParty.basic("batch", Fixtures.SECRET));
    }

    private static String post(String path, String body, String authorization) {
        return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: " + authorization
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private static String get(String path, String headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n";
    }

    /** The portal, and then the bare server with an answer of the same size to the same request. */
    private static Row row(String name, ServerProcess portal, String request, ServerProcess bare, String signature)
            throws IOException {
        int bytes = answerBytes(portal, request);
        String path = request.split(" ", 3)[1];
        String bareRequest = request.replaceFirst(path, "/" + signature + "/" + bytes);
        return new Row(name, measure(portal, request), measure(bare, bareRequest));
    }

    private static int answerBytes(ServerProcess portal, String request) {
        Browser browser = new Browser("http://127.0.0.1:" + portal.port());
        String[] parts = request.split("\r\n\r\n", -1);
        for (String line : parts[0].split("\r\n")) {
            if (line.startsWith("Authorization: ")) {
                browser.header("Authorization", line.substring("Authorization: ".length()));
            }
        }
        String path = request.split(" ", 3)[1];
        Answer answer = request.startsWith("POST") ? browser.postRaw(path, parts[1]) : browser.get(path);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().length();
    }

    private static Measurement measure(ServerProcess server, String request) {
        LoadClient client = new LoadClient(server.port(), request, CONNECTIONS);
        client.run(WARM_UP);
        Duration cpuBefore = server.cpu();
        long begin = System.nanoTime();
        long answered = client.run(MEASURED);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpu = server.cpu().minus(cpuBefore).toMillis() / 1000.0;
        return new Measurement(answered / seconds, cpu * 1000 / answered);
    }

    private ServerProcess portal(String algorithm) throws IOException, InterruptedException {
        int port = Ports.free();
        Path home = Files.createDirectories(folder.resolve(algorithm));
        Files.writeString(home.resolve("portal.yaml"), """
                server:
                  base-url: http://127.0.0.1:%d
                  address: 127.0.0.1
                  port: %d
                  management-port: 0
                  data: %s
                tokens:
                  access-token-lifetime: 1h
                  access-token-algorithm: %s
                %s
                %s
                """.formatted(
                        port, port, home.resolve("data"), algorithm, Fixtures.localAccounts(), Fixtures.catalog()));
        return ServerProcess.start(
                List.of("-jar", "target/sso-portal.jar", "serve", "--config", home.toString()),
                port,
                "/.well-known/openid-configuration");
    }

    private static ServerProcess bare() throws IOException, InterruptedException {
        int port = Ports.free();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return ServerProcess.start(
                List.of("-cp", classPath, BareServer.class.getName(), Integer.toString(port)), port, "/none/10");
    }

    private static void print(List<Row> rows, String footer) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                "%n%-27s %12s %14s %12s %14s %9s%n",
                "", "portal/s", "CPU s/1000", "limit/s", "CPU s/1000", "CPU ratio"));
        for (Row row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-27s %,12.0f %14.3f %,12.0f %14.3f %8.2fx%n",
                    row.name(),
                    row.portal().perSecond(),
                    row.portal().cpuSecondsPerThousand(),
                    row.limit().perSecond(),
                    row.limit().cpuSecondsPerThousand(),
                    row.portal().cpuSecondsPerThousand() / row.limit().cpuSecondsPerThousand()));
        }
        System.out.println(table + footer);
    }
}
