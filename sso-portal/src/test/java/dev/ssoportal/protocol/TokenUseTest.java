package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Userinfo (OpenID Connect Core, 5.3; RFC 6750), introspection (RFC 7662), revocation (RFC 7009). */
class TokenUseTest extends SharedPortal {
    private static final String INACTIVE = "{\"active\":false}";
    private final FakeRelyingParty web = new FakeRelyingParty(portal, "web");

    private Answer tokens(String scope) {
        return web.redeem(web.code(portal.signedIn("ann"), "scope", scope));
    }

    private static Answer userInfo(String token) {
        return portal.browser().header("Authorization", "Bearer " + token).get("/oauth2/userinfo");
    }

    @Test
    void tellsTheClaimsOfTheGrantedScopesOnly() {
        Answer all = userInfo(tokens("openid profile email groups").text("access_token"));
        assertThat(all.json())
                .containsEntry("name", "Ann Example")
                .containsEntry("preferred_username", "ann")
                .containsEntry("email", "ann@example.com")
                .containsEntry("email_verified", true)
                .containsEntry("groups", List.of("everybody"));

        Answer little = userInfo(tokens("openid").text("access_token"));
        assertThat(little.json()).containsOnlyKeys("sub");
        assertThat(little.text("sub")).isEqualTo(all.text("sub"));
    }

    @Test
    void takesTheTokenFromAFormToo() {
        String token = tokens("openid").text("access_token");

        assertThat(portal.browser()
                        .post("/oauth2/userinfo", "access_token", token)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void challengesWithoutAToken() {
        Answer answer = portal.browser().get("/oauth2/userinfo");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).hasValue("Bearer");
    }

    @Test
    void refusesTwoTokensAtOnce() {
        String token = tokens("openid").text("access_token");

        Answer answer = portal.browser()
                .header("Authorization", "Bearer " + token)
                .post("/oauth2/userinfo", "access_token", token);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("WWW-Authenticate").orElseThrow()).contains("invalid_request");
    }

    @Test
    void refusesForgedTokens() throws Exception {
        SignedJWT good = SignedJWT.parse(tokens("openid").text("access_token"));
        JWTClaimsSet claims = good.getJWTClaimsSet();
        SignedJWT otherKey = new SignedJWT(good.getHeader(), claims);
        otherKey.sign(new ECDSASigner(Fixtures.CLIENT_KEY));
        SignedJWT untyped = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("unknown").build(), claims);
        untyped.sign(new ECDSASigner(Fixtures.CLIENT_KEY));
        String[] parts = good.serialize().split("\\.");
        String changed = parts[0] + "."
                + new PlainJWT(new JWTClaimsSet.Builder(claims).subject("x").build())
                        .serialize()
                        .split("\\.")[1] + "." + parts[2];

        for (String token : List.of(
                otherKey.serialize(),
                untyped.serialize(),
                changed,
                new PlainJWT(claims).serialize(),
                "x",
                "a.b.c",
                "x".repeat(12_000))) {
            Answer answer = userInfo(token);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate").orElseThrow()).contains("invalid_token");
        }
    }

    @Test
    void refusesAnIdTokenAsAccessToken() {
        assertThat(userInfo(tokens("openid").text("id_token")).status()).isEqualTo(401);
    }

    @Test
    void refusesATokenWithoutOpenId() {
        String token = new FakeRelyingParty(portal, "batch")
                .token("grant_type", "client_credentials")
                .text("access_token");

        Answer answer = userInfo(token);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("WWW-Authenticate").orElseThrow()).contains("insufficient_scope");
    }

    @Test
    void stopsAnsweringWhenTheTokenHasExpired() {
        try (TestPortal own = TestPortal.start()) {
            FakeRelyingParty ownWeb = new FakeRelyingParty(own, "web");
            String token = ownWeb.redeem(ownWeb.code(own.signedIn("ann"))).text("access_token");
            assertThat(ownWeb.post("/oauth2/introspect", "token", token).json()).containsEntry("active", true);

            own.clock().pass(Duration.ofMinutes(6));

            assertThat(own.browser()
                            .header("Authorization", "Bearer " + token)
                            .get("/oauth2/userinfo")
                            .status())
                    .isEqualTo(401);
            assertThat(ownWeb.post("/oauth2/introspect", "token", token).body()).isEqualTo(INACTIVE);
        }
    }

    @Test
    void introspectsAccessTokensForAuthenticatedClients() {
        String token = tokens("openid orders").text("access_token");

        Answer answer = new FakeRelyingParty(portal, "robot").post("/oauth2/introspect", "token", token);

        assertThat(answer.json())
                .containsEntry("active", true)
                .containsEntry("client_id", "web")
                .containsEntry("scope", "openid orders")
                .containsEntry("iss", portal.baseUrl())
                .containsKeys("sub", "exp", "iat", "aud", "roles");
    }

    @Test
    void introspectsRefreshTokensForTheirOwnClientOnly() {
        String token = tokens("openid offline_access").text("refresh_token");

        assertThat(web.post("/oauth2/introspect", "token", token).json()).containsEntry("active", true);
        assertThat(new FakeRelyingParty(portal, "workshop")
                        .post("/oauth2/introspect", "token", token)
                        .body())
                .isEqualTo(INACTIVE);
    }

    @Test
    void refusesIntrospectionToPublicAndUnknownClients() {
        String token = tokens("openid").text("access_token");

        assertThat(new FakeRelyingParty(portal, "spa")
                        .post("/oauth2/introspect", "token", token)
                        .status())
                .isEqualTo(401);
        assertThat(portal.browser().post("/oauth2/introspect", "token", token).status())
                .isEqualTo(401);
        assertThat(web.post("/oauth2/introspect").text("error")).isEqualTo("invalid_request");
        assertThat(web.post("/oauth2/introspect", "token", "nonsense").body()).isEqualTo(INACTIVE);
    }

    @Test
    void revokesAnAccessToken() {
        String token = tokens("openid").text("access_token");

        assertThat(web.post("/oauth2/revoke", "token", token).status()).isEqualTo(200);

        assertThat(userInfo(token).status()).isEqualTo(401);
        assertThat(web.post("/oauth2/introspect", "token", token).body()).isEqualTo(INACTIVE);
    }

    @Test
    void revokesARefreshTokenAndAllThatWasGivenForIt() {
        Answer tokens = tokens("openid offline_access");

        assertThat(web.post("/oauth2/revoke", "token", tokens.text("refresh_token"))
                        .status())
                .isEqualTo(200);

        assertThat(web.refresh(tokens.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
        assertThat(userInfo(tokens.text("access_token")).status()).isEqualTo(401);
    }

    @Test
    void doesNotRevokeForAnotherClientAndDoesNotTell() {
        Answer tokens = tokens("openid offline_access");
        FakeRelyingParty other = new FakeRelyingParty(portal, "workshop");

        assertThat(other.post("/oauth2/revoke", "token", tokens.text("access_token"))
                        .status())
                .isEqualTo(200);
        assertThat(other.post("/oauth2/revoke", "token", tokens.text("refresh_token"))
                        .status())
                .isEqualTo(200);
        assertThat(other.post("/oauth2/revoke", "token", "unknown").status()).isEqualTo(200);

        assertThat(userInfo(tokens.text("access_token")).status()).isEqualTo(200);
        assertThat(web.refresh(tokens.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void keepsWhatWasRevokedRevokedAfterARestart() {
        TestPortal.Builder builder =
                TestPortal.with().yaml(Fixtures.localAccounts()).yaml(Fixtures.catalog());
        TestPortal before = builder.build();
        FakeRelyingParty app = new FakeRelyingParty(before, "web");
        Browser ann = before.signedIn("ann");
        String kept = app.redeem(app.code(ann)).text("access_token");
        String revoked = app.redeem(app.code(ann)).text("access_token");
        app.post("/oauth2/revoke", "token", revoked);
        before.stop();

        try (TestPortal after = builder.folder(before.folder()).build()) {
            FakeRelyingParty again = new FakeRelyingParty(after, "web");
            assertThat(again.post("/oauth2/introspect", "token", kept).json()).containsEntry("active", true);
            assertThat(again.post("/oauth2/introspect", "token", revoked).body())
                    .isEqualTo(INACTIVE);
            assertThat(ann.get("/").status()).as("the session survives too").isEqualTo(200);
        }
    }

    @Test
    void stopsTokensOfASessionThatHasEnded() {
        Browser ann = portal.signedIn("ann");
        String token = web.redeem(web.code(ann)).text("access_token");

        ann.post("/logout", "csrf", ann.get("/logout").field("csrf"));

        assertThat(userInfo(token).status()).isEqualTo(401);
        assertThat(web.post("/oauth2/introspect", "token", token).body()).isEqualTo(INACTIVE);
    }

    @Test
    void refusesATokenThatIsForAnApiOnly() {
        String token = tokens("orders").text("access_token");

        assertThat(userInfo(token).status()).isEqualTo(403);
    }

    @Test
    void revokesTheGrantOfARefreshTokenThatSomebodyElseHasRotated() {
        Answer tokens = tokens("openid offline_access");
        Answer thiefs = web.refresh(tokens.text("refresh_token"));

        assertThat(web.post("/oauth2/revoke", "token", tokens.text("refresh_token"))
                        .status())
                .isEqualTo(200);

        assertThat(web.refresh(thiefs.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
    }
}
