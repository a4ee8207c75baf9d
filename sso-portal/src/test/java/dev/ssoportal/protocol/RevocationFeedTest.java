package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.FeedReader;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /oauth2/revocations}: what gateways and services hear of tokens that are worth nothing any more. */
class RevocationFeedTest {
    private TestPortal portal;

    @BeforeEach
    void start() {
        portal = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog() + """
                          - id: gateway
                            secrets: [{sha256: %s}]
                            scopes: [revocations]
                        """.formatted(SecretHash.of(Fixtures.SECRET)))
                .build();
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    private String token() {
        return new FakeRelyingParty(portal, "gateway")
                .token("grant_type", "client_credentials", "scope", "revocations")
                .text("access_token");
    }

    private FeedReader reader(String lastEventId) {
        return FeedReader.open(portal.baseUrl(), token(), lastEventId);
    }

    private static void signOut(Browser browser) {
        browser.post("/logout", "csrf", browser.get("/logout").field("csrf"));
    }

    @Test
    void tellsOfALogoutByTheSession() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Browser ann = portal.signedIn("ann");
        Answer tokens = web.redeem(web.code(ann));
        Object sid = web.post("/oauth2/introspect", "token", tokens.text("access_token"))
                .json()
                .get("sid");
        try (FeedReader reader = reader("")) {
            reader.awaitEvent("caught-up");

            signOut(ann);

            Map<String, Object> entry = reader.awaitEvent("revocation").data();
            assertThat(entry).containsEntry("sid", sid).containsOnlyKeys("sid", "iat", "exp");
            assertThat((Long) entry.get("exp")).isGreaterThan((Long) entry.get("iat"));
        }
    }

    @Test
    void tellsOfARevokedTokenAndARevokedGrant() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Browser ann = portal.signedIn("ann");
        Answer tokens = web.redeem(web.code(ann, "scope", "openid offline_access"));
        Map<String, Object> token = web.post("/oauth2/introspect", "token", tokens.text("access_token"))
                .json();
        try (FeedReader reader = reader("")) {
            reader.awaitEvent("caught-up");

            web.post("/oauth2/revoke", "token", tokens.text("access_token"));
            assertThat(reader.awaitEvent("revocation").data()).containsEntry("jti", token.get("jti"));

            web.post("/oauth2/revoke", "token", tokens.text("refresh_token"));
            Object grant = reader.awaitEvent("revocation").data().get("grant_id");
            assertThat(token.get("jti").toString()).startsWith(grant + ".");
        }
    }

    @Test
    void resumesWhereTheReaderLeftOff() {
        Browser ann = portal.signedIn("ann");
        Browser bob = portal.signedIn("bob");
        signOut(ann);
        String last;
        Object first;
        try (FeedReader reader = reader("")) {
            FeedReader.Event event = reader.awaitEvent("revocation");
            first = event.data().get("sid");
            last = event.id();
            assertThat(reader.awaitEvent("caught-up").id()).isEqualTo(last);
        }
        portal.clock().pass(Duration.ofMinutes(1));
        signOut(bob);
        portal.clock().pass(Duration.ofMinutes(1));

        try (FeedReader reader = reader(last)) {
            assertThat(reader.awaitEvent("revocation").data())
                    .as("told once more, since clocks differ")
                    .containsEntry("sid", first);
            FeedReader.Event missed = reader.awaitEvent("revocation");
            assertThat(missed.data().get("sid")).isNotEqualTo(first);
            assertThat(reader.awaitEvent("caught-up").id()).isEqualTo(missed.id());
            last = missed.id();
        }
        try (FeedReader reader = reader(Long.toString(Long.parseLong(last) + 120_000))) {
            assertThat(reader.next().name()).as("nothing was missed").isEqualTo("caught-up");
        }
    }

    @Test
    void tellsAllThatStillMattersToWhoeverComesAnew() {
        Browser ann = portal.signedIn("ann");
        signOut(ann);
        portal.clock().pass(Duration.ofMinutes(10));
        signOut(portal.signedIn("bob"));

        try (FeedReader reader = reader("")) {
            reader.awaitEvent("revocation");
            assertThat(reader.next().name())
                    .as("tokens of the first logout have expired by themselves")
                    .isEqualTo("caught-up");
        }
    }

    @Test
    void endsWithTheToken() {
        try (FeedReader reader = reader("")) {
            reader.awaitEvent("caught-up");
            portal.clock().pass(Duration.ofMinutes(6));

            reader.awaitEnd();
        }
    }

    @Test
    void isForThoseWithTheScopeOnly() {
        assertThat(portal.browser().get("/oauth2/revocations").status()).isEqualTo(401);
        assertThat(portal.browser()
                        .header("Authorization", "Bearer nonsense")
                        .get("/oauth2/revocations")
                        .status())
                .isEqualTo(401);
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String ofPerson = web.redeem(web.code(portal.signedIn("ann"))).text("access_token");
        String ofService = new FakeRelyingParty(portal, "batch")
                .token("grant_type", "client_credentials")
                .text("access_token");
        for (String token : new String[] {ofPerson, ofService}) {
            Answer answer =
                    portal.browser().header("Authorization", "Bearer " + token).get("/oauth2/revocations");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("WWW-Authenticate").orElseThrow())
                    .contains("insufficient_scope", "scope=\"revocations\"");
        }
        assertThat(new FakeRelyingParty(portal, "batch")
                        .token("grant_type", "client_credentials", "scope", "revocations")
                        .text("error"))
                .isEqualTo("invalid_scope");
        assertThat(new FakeRelyingParty(portal, "batch")
                        .token("grant_type", "client_credentials", "resource", portal.baseUrl())
                        .text("error"))
                .isEqualTo("invalid_target");
        assertThat(portal.browser()
                        .header("Authorization", "Bearer " + token())
                        .header("Last-Event-ID", "x")
                        .get("/oauth2/revocations")
                        .status())
                .isEqualTo(400);
    }
}
