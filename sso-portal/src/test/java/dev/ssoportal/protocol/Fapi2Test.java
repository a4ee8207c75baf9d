package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.DpopKey;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.SharedPortal;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FAPI 2.0 Security Profile, 5.3.2. */
class Fapi2Test extends SharedPortal {
    private final DpopKey key = new DpopKey();
    private final FakeRelyingParty bank = new FakeRelyingParty(portal, "fapi").dpop(key);

    private String code(Browser browser, String... changes) {
        Answer pushed = bank.push(changes);
        return browser.get("/oauth2/authorize?"
                        + Browser.encode("client_id", "fapi", "request_uri", pushed.text("request_uri")))
                .locationParameter("code")
                .orElseThrow();
    }

    @Test
    void givesBoundTokensForAPushedRequest() {
        Answer tokens = bank.redeem(code(portal.signedIn("ann"), "scope", "openid offline_access"));

        assertThat(tokens.text("token_type")).isEqualTo("DPoP");
        assertThat(Jwts.parse(tokens.text("id_token"))
                        .getHeader()
                        .getAlgorithm()
                        .getName())
                .isEqualTo("ES256");
        Answer refreshed = bank.refresh(tokens.text("refresh_token"));
        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(refreshed.json()).as("no rotation").doesNotContainKey("refresh_token");
        assertThat(bank.refresh(tokens.text("refresh_token")).status()).isEqualTo(200);
        assertThat(bank.post("/oauth2/revoke", "token", tokens.text("refresh_token"))
                        .status())
                .isEqualTo(200);
        assertThat(bank.refresh(tokens.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void refusesARequestThatWasNotPushed() {
        Answer answer = portal.signedIn("ann").get(bank.authorizePath());

        assertThat(answer.locationParameter("error")).hasValue("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"code_challenge", "redirect_uri"})
    void refusesAPushedRequestWithout(String parameter) {
        Answer answer = bank.push(parameter, "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("invalid_request");
    }

    @Test
    void refusesATokenRequestWithoutAProof() {
        String code = code(portal.signedIn("ann"));

        Answer answer = new FakeRelyingParty(portal, "fapi")
                .token(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        Fixtures.CALLBACK,
                        "code_verifier",
                        bank.verifier().getValue());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("invalid_dpop_proof");
        assertThat(bank.redeem(code).status()).as("the code is not used up").isEqualTo(200);
    }

    @Test
    void takesAnAssertionForTheIssuerOnly() {
        String forEndpoint = FakeRelyingParty.assertion(
                "fapi",
                portal.baseUrl() + "/oauth2/par",
                Instant.now().plusSeconds(60),
                UUID.randomUUID().toString(),
                Fixtures.CLIENT_KEY);

        Answer answer = portal.browser()
                .post(
                        "/oauth2/par",
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion",
                        forEndpoint);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text("error")).isEqualTo("invalid_client");
    }
}
