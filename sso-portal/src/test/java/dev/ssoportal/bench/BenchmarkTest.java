package dev.ssoportal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.bench.LoadClient.Step;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures what every request of a service costs, and prints it; asserts only that everything was answered. */
@Tag("bench")
class BenchmarkTest {
    private static final String CREDENTIALS = Http.post(
            "/oauth2/token",
            "Authorization: " + FakeRelyingParty.basic("batch", Fixtures.SECRET) + "\r\n",
            "grant_type=client_credentials&scope=orders");

    @TempDir
    private Path folder;

    @Test
    void printsTheTable() throws Exception {
        try (Comparison table = new Comparison()) {
            String footer;
            try (ServerProcess portal = portal("es256")) {
                long afterStart = portal.residentMegabytes();
                table.add("client_credentials, ES256", portal, List.of(Step.fixed(200, CREDENTIALS)), "ES256");
                measureTheRest(portal, table);
                footer = String.format(
                        Locale.ROOT,
                        "start-up to the first 200 on discovery: %.2f s; resident after start: %d MB, after load: %d MB%n",
                        portal.startUp().toMillis() / 1000.0,
                        afterStart,
                        portal.residentMegabytes());
            }
            try (ServerProcess portal = portal("rs256")) {
                table.add("client_credentials, RS256", portal, List.of(Step.fixed(200, CREDENTIALS)), "RS256");
            }
            table.print(footer);
            assertThat(table.size()).isPositive();
        }
    }

    private static void measureTheRest(ServerProcess portal, Comparison table) {
        String baseUrl = "http://127.0.0.1:" + portal.port();
        FakeRelyingParty web = new FakeRelyingParty(baseUrl, "web");
        Browser ann = new Browser(baseUrl);
        ann.signIn("ann", Fixtures.PASSWORD);
        String token = web.redeem(web.code(ann, "scope", "openid profile email orders"))
                .text("access_token");
        String introspect = Http.post(
                "/oauth2/introspect",
                "Authorization: " + FakeRelyingParty.basic("web", Fixtures.SECRET) + "\r\n",
                "token=" + token);
        table.add("introspection", portal, List.of(Step.fixed(200, introspect)), "none");
        String userinfo = Http.get("/oauth2/userinfo", "Authorization: Bearer " + token + "\r\n");
        table.add("userinfo", portal, List.of(Step.fixed(200, userinfo)), "none");
        table.add("JWKS", portal, List.of(Step.fixed(200, Http.get("/oauth2/jwks", ""))), "none");
    }

    private ServerProcess portal(String algorithm) throws IOException, InterruptedException {
        return Comparison.portal(
                folder.resolve(algorithm), """
                tokens:
                  access-token-lifetime: 1h
                  access-token-algorithm: %s
                %s
                %s
                """.formatted(algorithm, Fixtures.localAccounts(), Fixtures.catalog()));
    }
}
