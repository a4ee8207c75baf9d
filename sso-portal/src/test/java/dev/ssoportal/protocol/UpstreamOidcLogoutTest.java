package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeOpenIdProvider;
import dev.ssoportal.testing.FakeOpenIdProvider.Signature;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream OpenID provider tells that its session is over: Back-Channel Logout 1.0, 2.5 to 2.8; Front-Channel Logout 1.0, 2. */
class UpstreamOidcLogoutTest {
    private static final String SID = "upstream-session-of-subject-1";
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

    private static FakeOpenIdProvider corp;
    private static TestPortal portal;
    private Browser carla;

    @BeforeAll
    static void start() {
        corp = new FakeOpenIdProvider();
        portal = TestPortal.with()
                .yaml("identity-providers:\n"
                        + corp.yaml(
                                "corp",
                                "frontchannel-logout: true",
                                "roles: [{claim: groups, contains: engineering, roles: [staff]}]")
                        + corp.yaml("quiet"))
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .environment("UPSTREAM_SECRET", FakeOpenIdProvider.CLIENT_SECRET)
                .build();
    }

    @AfterAll
    static void stop() {
        portal.close();
        corp.close();
    }

    @BeforeEach
    void signIn() {
        corp.person("subject-1", "carla", "Carla Corporate", "carla@corp.example");
        carla = signedIn("corp");
    }

    private static Browser signedIn(String provider) {
        Browser browser = portal.browser();
        Answer request = browser.get("/login?idp=" + provider);
        assertThat(browser.follow(browser.get(corp.authorize(request))).status())
                .isEqualTo(200);
        return browser;
    }

    private static boolean isSignedIn(Browser browser) {
        return browser.get("/").status() == 200;
    }

    private static String token(Consumer<JWTClaimsSet.Builder> changes) {
        return corp.logoutToken(Signature.RS256, "logout+jwt", changes);
    }

    private static Answer tell(String token) {
        return portal.browser().post("/federation/corp/logout", "logout_token", token);
    }

    @Test
    void endsTheSessionThatTheTokenNames() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Answer tokens = web.redeem(web.code(carla, "scope", "openid offline_access"));
        corp.idTokenClaims.put("sid", "another-upstream-session");
        Browser elsewhere = signedIn("corp");

        Answer answer = tell(token(claims -> claims.subject("subject-1").claim("sid", SID)));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).hasValue("no-store");
        assertThat(isSignedIn(carla)).isFalse();
        assertThat(isSignedIn(elsewhere)).isTrue();
        assertThat(web.post("/oauth2/introspect", "token", tokens.text("access_token"))
                        .body())
                .isEqualTo("{\"active\":false}");
        assertThat(web.refresh(tokens.text("refresh_token")).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logout+jwt", "JWT", ""})
    void takesTheTypesThatProvidersUse(String type) {
        String token = corp.logoutToken(Signature.RS256, type, claims -> claims.claim("sid", SID));

        assertThat(tell(token).status()).isEqualTo(200);
        assertThat(isSignedIn(carla)).isFalse();
    }

    @Test
    void endsAllSessionsOfThePersonWhenTheTokenNamesNone() {
        corp.idTokenClaims.put("sid", "a-second-session");
        Browser second = signedIn("corp");
        corp.person("subject-2", "dan", "Dan", "dan@corp.example");
        Browser dan = signedIn("corp");
        Browser ann = portal.signedIn("ann");

        assertThat(tell(token(claims -> claims.subject("subject-1"))).status()).isEqualTo(200);

        assertThat(isSignedIn(carla)).isFalse();
        assertThat(isSignedIn(second)).isFalse();
        assertThat(isSignedIn(dan)).isTrue();
        assertThat(isSignedIn(ann)).isTrue();
    }

    @Test
    void findsBySubjectASessionOfWhichTheProviderToldNoId() {
        corp.idTokenClaims.remove("sid");
        Browser nameless = signedIn("corp");

        assertThat(tell(token(claims -> claims.subject("subject-1").claim("sid", "never-told")))
                        .status())
                .isEqualTo(200);

        assertThat(isSignedIn(nameless)).isFalse();
        assertThat(isSignedIn(carla)).as("it has another id there").isTrue();
    }

    @Test
    void doesNothingForASessionOfSomebodyElse() {
        assertThat(tell(token(claims -> claims.subject("subject-9").claim("sid", SID)))
                        .status())
                .isEqualTo(200);

        assertThat(isSignedIn(carla)).isTrue();
    }

    @Test
    void doesNothingForASessionAtAnotherProvider() {
        Browser quiet = signedIn("quiet");

        assertThat(tell(token(claims -> claims.subject("subject-1").claim("sid", SID)))
                        .status())
                .isEqualTo(200);

        assertThat(isSignedIn(quiet)).isTrue();
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                refused("of another issuer", claims -> claims.issuer("https://evil.example")),
                refused("without issuer", claims -> claims.issuer(null)),
                refused("for another client", claims -> claims.audience("somebody-else")),
                refused("without audience", claims -> claims.audience((String) null)),
                refused(
                        "expired",
                        claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(120)))),
                refused("without exp", claims -> claims.expirationTime(null)),
                refused("without iat", claims -> claims.issueTime(null)),
                refused(
                        "from long ago",
                        claims -> claims.issueTime(Date.from(Instant.now().minusSeconds(3600)))),
                refused(
                        "from the future",
                        claims -> claims.issueTime(Date.from(Instant.now().plusSeconds(3600)))),
                refused("without jti", claims -> claims.jwtID(null)),
                refused("with a blank jti", claims -> claims.jwtID(" ")),
                refused("with a nonce", claims -> claims.claim("nonce", "n")),
                refused("without events", claims -> claims.claim("events", null)),
                refused("with another event", claims -> claims.claim("events", Map.of("x", Map.of()))),
                refused("with an event that is no object", claims -> claims.claim("events", Map.of(EVENT, "yes"))),
                refused("with events that are no object", claims -> claims.claim("events", List.of(EVENT))),
                refused("with neither sub nor sid", claims -> claims.claim("sid", null)),
                refused("with a sid that is no string", claims -> claims.claim("sid", 7)));
    }

    private static Arguments refused(String name, Consumer<JWTClaimsSet.Builder> changes) {
        return arguments(name, changes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonsense")
    void refusesAToken(String name, Consumer<JWTClaimsSet.Builder> changes) {
        assertRefused(token(claims -> changes.accept(claims.claim("sid", SID))));
    }

    @Test
    void refusesATokenThatIsNotSignedByTheProvider() {
        for (Signature signature : List.of(Signature.OTHER_KEY, Signature.HS256, Signature.NONE)) {
            assertRefused(corp.logoutToken(signature, "logout+jwt", claims -> claims.claim("sid", SID)));
        }
        assertRefused(corp.logoutToken(Signature.RS256, "at+jwt", claims -> claims.claim("sid", SID)));
        assertRefused("nonsense");
        assertRefused("x".repeat(20_000));
        assertThat(portal.browser().post("/federation/corp/logout").status()).isEqualTo(400);
        assertThat(portal.browser()
                        .post("/federation/nobody/logout", "logout_token", "x")
                        .status())
                .isEqualTo(404);
        assertThat(isSignedIn(carla)).isTrue();
    }

    private void assertRefused(String token) {
        Answer answer = tell(token);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("invalid_request");
        assertThat(isSignedIn(carla)).isTrue();
    }

    @Test
    void letsNobodyInWhoseSessionAtTheProviderHasEndedMeanwhile() {
        Browser late = portal.browser();
        Answer proven = late.get(corp.authorize(late.get("/login?idp=corp")));
        assertThat(proven.location()).startsWith("/login/finish?proof=");
        portal.clock().pass(java.time.Duration.ofSeconds(1));

        assertThat(tell(token(claims -> claims.claim("sid", SID))).status()).isEqualTo(200);

        assertThat(late.get(proven.location()).status()).isEqualTo(403);
        assertThat(late.cookie("session")).isNull();
    }

    @Test
    void endsTheWholeSessionWhenASecondSignInComesTooLate() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Answer tokens = web.redeem(web.code(carla, "scope", "openid offline_access"));
        corp.idTokenClaims.put("sid", "second-upstream-session");
        Answer proven = carla.get(corp.authorize(carla.get("/login?idp=corp&fresh=1")));
        portal.clock().pass(java.time.Duration.ofSeconds(1));
        assertThat(tell(token(claims -> claims.claim("sid", "second-upstream-session")))
                        .status())
                .isEqualTo(200);

        assertThat(carla.get(proven.location()).status()).isEqualTo(403);

        assertThat(isSignedIn(carla)).isFalse();
        assertThat(web.post("/oauth2/introspect", "token", tokens.text("access_token"))
                        .body())
                .isEqualTo("{\"active\":false}");
        assertThat(web.refresh(tokens.text("refresh_token")).status()).isEqualTo(400);
    }

    @Test
    void takesATokenOnce() throws Exception {
        String token = token(claims -> claims.subject("subject-1"));

        List<Integer> statuses =
                AtOnce.call(Collections.nCopies(8, () -> tell(token).status()));

        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses)
                .as("the others come too late, or while it is in hand")
                .filteredOn(status -> status == 400 || status == 503)
                .hasSize(7);
        Browser again = signedIn("corp");
        assertThat(tell(token).status()).isEqualTo(400);
        assertThat(isSignedIn(again)).isTrue();
    }

    @Test
    void endsTheSessionByAFrameWhereConfigured() {
        String frame = "/federation/corp/logout?" + Browser.encode("iss", corp.issuer(), "sid", SID);
        for (String wrong : List.of(
                "/federation/corp/logout?sid=" + SID,
                "/federation/corp/logout?" + Browser.encode("iss", corp.issuer()),
                "/federation/corp/logout?" + Browser.encode("iss", "https://evil.example", "sid", SID),
                "/federation/corp/logout")) {
            assertThat(portal.browser().get(wrong).status()).isEqualTo(400);
        }
        assertThat(portal.browser().get(frame.replace("/corp/", "/quiet/")).status())
                .isEqualTo(404);
        assertThat(isSignedIn(carla)).isTrue();

        Answer answer = portal.browser().get(frame);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Frame-Options")).isEmpty();
        assertThat(answer.header("Cache-Control")).hasValue("no-store");
        assertThat(isSignedIn(carla)).isFalse();
    }

    @Test
    void letsTheProviderTryAgainWhenItsKeysCannotBeHad() {
        try (FakeOpenIdProvider shortLived = new FakeOpenIdProvider();
                TestPortal own = TestPortal.with()
                        .yaml("identity-providers:\n" + shortLived.yaml("corp"))
                        .environment("UPSTREAM_SECRET", FakeOpenIdProvider.CLIENT_SECRET)
                        .build()) {
            Browser browser = own.browser();
            browser.follow(browser.get(shortLived.authorize(browser.get("/login"))));
            String token = shortLived.logoutToken(Signature.RS256, "logout+jwt", claims -> claims.claim("sid", SID));
            shortLived.keysAway = true;

            Answer away = own.browser().post("/federation/corp/logout", "logout_token", token);
            assertThat(away.status()).isEqualTo(503);
            assertThat(away.header("Retry-After")).isPresent();
            assertThat(isSignedIn(browser)).isTrue();

            shortLived.keysAway = false;
            assertThat(own.browser()
                            .post("/federation/corp/logout", "logout_token", token)
                            .status())
                    .isEqualTo(200);
            assertThat(isSignedIn(browser)).isFalse();
        }
    }
}
