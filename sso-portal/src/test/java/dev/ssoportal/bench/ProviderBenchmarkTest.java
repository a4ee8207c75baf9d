package dev.ssoportal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import dev.ssoportal.bench.LoadClient.LastAnswer;
import dev.ssoportal.bench.LoadClient.Step;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.DpopKey;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.ServerProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures the flows of apps, on PostgreSQL, and prints them; asserts only that everything was answered. */
@Tag("bench")
class ProviderBenchmarkTest {
    private static final String BASIC = "Authorization: " + FakeRelyingParty.basic("web", Fixtures.SECRET) + "\r\n";
    private static final Pattern CODE = Pattern.compile("[?&]code=([^&\\s]+)");
    private static final Pattern REFRESH_TOKEN = Pattern.compile("\"refresh_token\":\"([^\"]+)\"");

    @TempDir
    private Path folder;

    private final DpopKey key = new DpopKey();
    private String baseUrl;
    private FakeRelyingParty web;
    private Browser ann;

    @Test
    void printsTheTable() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                ServerProcess portal = portal(postgres.getPort());
                Comparison table = new Comparison()) {
            baseUrl = "http://127.0.0.1:" + portal.port();
            web = new FakeRelyingParty(baseUrl, "web");
            ann = new Browser(baseUrl);
            ann.signIn("ann", Fixtures.PASSWORD);
            table.add("client_credentials, a secret", portal, List.of(Step.fixed(200, clientCredentials())), "ES256");
            table.add(
                    "client_credentials, key of its own",
                    portal,
                    List.of(Step.made(200, this::assertion)),
                    "verify+ES256");
            table.add("client_credentials, DPoP", portal, List.of(Step.made(200, this::proof)), "verify+ES256");
            table.add("pushed authorization request", portal, List.of(Step.fixed(201, push())), "none");
            table.add("code and tokens", portal, codeFlow(), "none", "ES256+ES256");
            table.add("refresh", portal, List.of(Step.next(200, refreshing())), "ES256+ES256");
            table.print("");
            assertThat(table.size()).isPositive();
        }
    }

    private static String clientCredentials() {
        return Http.post(
                "/oauth2/token",
                "Authorization: " + FakeRelyingParty.basic("batch", Fixtures.SECRET) + "\r\n",
                "grant_type=client_credentials&scope=orders");
    }

    private String assertion() {
        return Http.post(
                "/oauth2/token",
                "",
                "grant_type=client_credentials&scope=orders"
                        + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                        + "&client_assertion="
                        + FakeRelyingParty.assertion(
                                "robot",
                                baseUrl,
                                Instant.now().plusSeconds(60),
                                UUID.randomUUID().toString(),
                                Fixtures.CLIENT_KEY));
    }

    private String proof() {
        return clientCredentials()
                .replace("Content-Type", "DPoP: " + key.proof("POST", baseUrl + "/oauth2/token") + "\r\nContent-Type");
    }

    private String push() {
        return Http.post("/oauth2/par", BASIC, Browser.encode(pairs(web.request())));
    }

    private static String[] pairs(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                .toArray(String[]::new);
    }

    /** A person who has a session comes by, and her app redeems the code. */
    private List<Step> codeFlow() {
        String session = "Cookie: session=" + ann.cookie("session") + "\r\n";
        return List.of(
                Step.fixed(303, Http.get(web.authorizePath("scope", "openid profile orders"), session)),
                Step.next(200, answer -> Step.bytes(Http.post("/oauth2/token", BASIC, redemption(answer)))));
    }

    private String redemption(LastAnswer answer) {
        return Browser.encode(
                "grant_type",
                "authorization_code",
                "code",
                found(CODE, answer.text()),
                "redirect_uri",
                Fixtures.CALLBACK,
                "code_verifier",
                web.verifier().getValue());
    }

    /** Each connection has a grant, and exchanges its token for the next one. */
    private LoadClient.Request refreshing() {
        Deque<String> first = new ArrayDeque<>();
        for (int i = 0; i < Comparison.connections(); i++) {
            first.add(web.redeem(web.code(ann, "scope", "openid profile orders offline_access"))
                    .text("refresh_token"));
        }
        return answer -> {
            String text = answer.text();
            String token = text.isEmpty() ? first.remove() : found(REFRESH_TOKEN, text);
            return Step.bytes(Http.post(
                    "/oauth2/token", BASIC, Browser.encode("grant_type", "refresh_token", "refresh_token", token)));
        };
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }

    private ServerProcess portal(int database) throws Exception {
        return Comparison.portal(folder.resolve("portal"), """
                database: {url: "jdbc:postgresql://127.0.0.1:%1$d/postgres", user: postgres, password: "${file:%7$s}"}
                tokens:
                  access-token-lifetime: 1h
                %2$s
                applications:
                  - id: web
                    redirect-uris: [%3$s]
                    secrets: [{sha256: %4$s}]
                    scopes: [openid, profile, offline_access, orders]
                    id-token-algorithm: es256
                apis:
                  - audience: %5$s
                    scopes: [orders]
                    roles: [{name: "orders:read", granted-to: {roles: [staff]}}]
                service-accounts:
                  - id: batch
                    secrets: [{sha256: %4$s}]
                    scopes: [orders]
                    roles: {"%5$s": ["orders:read"]}
                  - id: robot
                    authentication: private-key-jwt
                    jwks: '%6$s'
                    scopes: [orders]
                    roles: {"%5$s": ["orders:read"]}
                """.formatted(
                        database,
                        Fixtures.localAccounts(),
                        Fixtures.CALLBACK,
                        SecretHash.of(Fixtures.SECRET),
                        Fixtures.ORDERS,
                        new JWKSet(Fixtures.CLIENT_KEY.toPublicJWK()),
                        Files.writeString(folder.resolve("password"), "postgres")));
    }
}
