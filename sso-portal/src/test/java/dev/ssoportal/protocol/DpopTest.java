package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.DpopKey;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proof of possession: RFC 9449. */
class DpopTest extends SharedPortal {
    private final DpopKey key = new DpopKey();

    private Answer clientCredentials(String... proofs) {
        Browser caller = portal.browser().header("Authorization", FakeRelyingParty.basic("batch", Fixtures.SECRET));
        for (String proof : proofs) {
            caller.header("DPoP", proof);
        }
        return caller.post("/oauth2/token", "grant_type", "client_credentials", "scope", "orders");
    }

    private String tokenUrl() {
        return portal.baseUrl() + "/oauth2/token";
    }

    @Test
    void bindsTheTokenToTheKey() {
        Answer answer = clientCredentials(key.proof("POST", tokenUrl()));

        assertThat(answer.text("token_type")).isEqualTo("DPoP");
        assertThat(Jwts.claims(answer.text("access_token")).getClaim("cnf")).isEqualTo(Map.of("jkt", key.thumbprint()));
        Answer introspected =
                new FakeRelyingParty(portal, "batch").post("/oauth2/introspect", "token", answer.text("access_token"));
        assertThat(introspected.json())
                .containsEntry("token_type", "DPoP")
                .containsEntry("cnf", Map.of("jkt", key.thumbprint()));
    }

    @ParameterizedTest
    @CsvSource({
        "htm, GET",
        "htm, ",
        "htu, https://other.example/oauth2/token",
        "htu, /oauth2/token",
        "htu, ",
        "jti, ",
        "jti, ''",
        "iat, ",
        "iat, -61",
        "iat, 20",
        "nonce, made-up"
    })
    void refusesAProofWithAWrong(String claim, String value) {
        Object wrong = "iat".equals(claim) && value != null
                ? Date.from(Instant.now().plusSeconds(Long.parseLong(value)))
                : value;
        JWTClaimsSet claims = key.claims("POST", tokenUrl()).claim(claim, wrong).build();

        Answer answer = clientCredentials(key.proof(claims));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("nonce".equals(claim) ? "use_dpop_nonce" : "invalid_dpop_proof");
    }

    @Test
    void takesAnotherSpellingOfTheSameUri() {
        String url = tokenUrl().replace("http://", "HTTP://") + "?query=1#fragment";

        assertThat(clientCredentials(key.proof("POST", url)).status()).isEqualTo(200);
    }

    @Test
    void refusesProofsThatProveNothing() {
        String good = key.proof("POST", tokenUrl());
        String cut = good.substring(0, good.length() - 8) + "AAAAAAAA";
        String wrongType = Jwts.signed(
                "JWT", Fixtures.ecKey("x"), key.claims("POST", tokenUrl()).build());
        String noKey =
                Jwts.signed(Fixtures.CLIENT_KEY, key.claims("POST", tokenUrl()).build());

        for (String bad : List.of(cut, wrongType, noKey, "rubbish", "")) {
            assertThat(clientCredentials(bad).text("error")).as(bad).isEqualTo("invalid_dpop_proof");
        }
    }

    @Test
    void takesAProofOnce() throws Exception {
        String proof = key.proof("POST", tokenUrl());

        List<Answer> answers = AtOnce.call(Collections.nCopies(16, () -> clientCredentials(proof)));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
    }

    @Test
    void isWorthNothingToWhoeverStealsIt() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web").dpop(key);
        String token = web.redeem(web.code(portal.signedIn("ann"))).text("access_token");
        String url = portal.baseUrl() + "/oauth2/userinfo";

        Answer asBearer =
                portal.browser().header("Authorization", "Bearer " + token).get("/oauth2/userinfo");
        assertThat(asBearer.status()).isEqualTo(401);
        assertThat(asBearer.header("WWW-Authenticate").orElseThrow())
                .startsWith("DPoP ")
                .contains("error=\"invalid_token\"", "algs=\"");

        assertThat(userInfo(token, key.proof("GET", url, token)).text("name")).isEqualTo("Ann Example");
        assertThat(userInfo(token, new DpopKey().proof("GET", url, token)).status())
                .isEqualTo(401);
        assertThat(userInfo(token, key.proof("GET", url)).status()).isEqualTo(401);
        assertThat(userInfo(token, key.proof("GET", url, token + "x")).status()).isEqualTo(401);
        assertThat(userInfo(token, key.proof("POST", url, token)).status()).isEqualTo(401);
    }

    @Test
    void isNotPresentedWithoutBeingBound() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String token = web.redeem(web.code(portal.signedIn("ann"))).text("access_token");

        Answer answer = userInfo(token, key.proof("GET", portal.baseUrl() + "/oauth2/userinfo", token));

        assertThat(answer.status()).isEqualTo(401);
    }

    private Answer userInfo(String token, String proof) {
        return portal.browser()
                .header("Authorization", "DPoP " + token)
                .header("DPoP", proof)
                .get("/oauth2/userinfo");
    }

    @Test
    void bindsTheRefreshTokenOfAPublicClient() {
        FakeRelyingParty spa = new FakeRelyingParty(portal, "spa").dpop(key);
        Answer first = spa.redeem(spa.code(portal.signedIn("ann"), "scope", "openid offline_access"));
        FakeRelyingParty thief = new FakeRelyingParty(portal, "spa").dpop(new DpopKey());

        assertThat(thief.refresh(first.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
        assertThat(new FakeRelyingParty(portal, "spa")
                        .refresh(first.text("refresh_token"))
                        .text("error"))
                .isEqualTo("invalid_grant");
        Answer second = spa.refresh(first.text("refresh_token"));
        assertThat(second.text("token_type")).isEqualTo("DPoP");
    }

    @Test
    void letsAClientThatAuthenticatesChangeItsKey() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web").dpop(key);
        Answer first = web.redeem(web.code(portal.signedIn("ann"), "scope", "openid offline_access"));
        DpopKey next = new DpopKey();

        Answer second = web.dpop(next).refresh(first.text("refresh_token"));

        assertThat(Jwts.claims(second.text("access_token")).getClaim("cnf"))
                .isEqualTo(Map.of("jkt", next.thumbprint()));
    }

    @Test
    void bindsACodeToAKeyThatWasNamed() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Browser ann = portal.signedIn("ann");

        assertThat(web.dpop(new DpopKey())
                        .redeem(web.code(ann, "dpop_jkt", key.thumbprint()))
                        .text("error"))
                .isEqualTo("invalid_grant");
        assertThat(web.dpop(key)
                        .redeem(web.code(ann, "dpop_jkt", key.thumbprint()))
                        .status())
                .isEqualTo(200);
        assertThat(ann.get(web.authorizePath("dpop_jkt", "short")).locationParameter("error"))
                .hasValue("invalid_request");
    }

    @Test
    void bindsACodeToTheKeyOfThePushedRequest() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web").dpop(key);
        assertThat(web.push("dpop_jkt", new DpopKey().thumbprint()).text("error"))
                .isEqualTo("invalid_dpop_proof");
        Answer pushed = web.push();
        String code = portal.signedIn("ann")
                .get("/oauth2/authorize?"
                        + Browser.encode("client_id", "web", "request_uri", pushed.text("request_uri")))
                .locationParameter("code")
                .orElseThrow();

        assertThat(web.dpop(new DpopKey()).redeem(code).text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void wantsANonceWhereConfigured() {
        try (TestPortal strict = TestPortal.with()
                .yaml("tokens: {require-dpop-nonces: true}")
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .build()) {
            FakeRelyingParty batch = new FakeRelyingParty(strict, "batch").dpop(key);
            Answer refused = batch.token("grant_type", "client_credentials", "scope", "orders");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text("error")).isEqualTo("use_dpop_nonce");

            key.nonce(refused.header("DPoP-Nonce").orElseThrow());

            Answer given = batch.token("grant_type", "client_credentials", "scope", "orders");
            assertThat(given.status()).isEqualTo(200);
        }
    }
}
