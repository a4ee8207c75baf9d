package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.SharedPortal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed authorization requests: RFC 9101. */
class RequestObjectTest extends SharedPortal {
    private final FakeRelyingParty keyed = new FakeRelyingParty(portal, "keyed");

    private JWTClaimsSet.Builder request() {
        Instant now = portal.clock().instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer("keyed")
                .audience(portal.baseUrl())
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
        keyed.request().forEach(claims::claim);
        return claims.claim("state", "signed-state");
    }

    private Answer send(String requestObject) {
        return portal.signedIn("ann").get(path(requestObject));
    }

    private static String path(String requestObject) {
        return "/oauth2/authorize?"
                + Browser.encode(
                        "client_id",
                        "keyed",
                        "redirect_uri",
                        Fixtures.CALLBACK,
                        "response_type",
                        "code",
                        "scope",
                        "openid",
                        "state",
                        "outer-state",
                        "request",
                        requestObject);
    }

    @Test
    void countsOnlyWhatIsSigned() {
        Answer answer = send(Jwts.signed(Fixtures.CLIENT_KEY, request().build()));

        assertThat(answer.locationParameter("state")).hasValue("signed-state");
        assertThat(keyed.redeem(answer.locationParameter("code").orElseThrow()).status())
                .isEqualTo(200);
    }

    @Test
    void mayBeOverBeforeThePersonHasSignedIn() {
        Browser browser = portal.browser();
        String object = Jwts.signed(
                Fixtures.CLIENT_KEY, request().claim("max_age", 3600).build());

        Answer toLogin = browser.get(path(object));
        assertThat(toLogin.location()).doesNotContain(object);
        Answer form = browser.follow(toLogin);
        portal.clock().pass(Duration.ofMinutes(8));
        Answer answer = browser.follow(browser.signInWith(form, "ann"));

        assertThat(answer.locationParameter("code")).isPresent();
    }

    @Test
    void canBePushed() {
        Answer pushed = keyed.pushRaw(
                "request", Jwts.signed(Fixtures.CLIENT_KEY, request().build()));
        assertThat(pushed.status()).isEqualTo(201);

        Answer answer = portal.signedIn("ann")
                .get("/oauth2/authorize?"
                        + Browser.encode("client_id", "keyed", "request_uri", pushed.text("request_uri")));

        assertThat(answer.locationParameter("state")).hasValue("signed-state");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"iss", "aud", "client_id", "exp", "nbf", "iat", "request", "request_uri", "sub", "scope", "state"
            })
    void refusesOneWithAWrong(String claim) {
        Object wrong = switch (claim) {
            case "exp" -> Date.from(portal.clock().instant().minusSeconds(31));
            case "sub" -> "keyed";
            case "scope" -> List.of();
            case "state" -> List.of("one", "two");
            case "nbf", "iat" -> Date.from(portal.clock().instant().plusSeconds(60));
            default -> "https://other.example";
        };

        Answer answer = send(
                Jwts.signed(Fixtures.CLIENT_KEY, request().claim(claim, wrong).build()));

        assertThat(answer.location()).startsWith(Fixtures.CALLBACK);
        assertThat(answer.locationParameter("error")).hasValue("invalid_request_object");
        assertThat(answer.locationParameter("state")).hasValue("outer-state");
    }

    @Test
    void refusesOneThatNoKeyOfTheClientHasSigned() {
        ECKey stranger = Fixtures.ecKey(Fixtures.CLIENT_KEY.getKeyID());
        String unsigned = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
                + "."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(request().build().toString().getBytes(StandardCharsets.UTF_8))
                + ".";

        assertThat(send(Jwts.signed(stranger, request().build())).locationParameter("error"))
                .hasValue("invalid_request_object");
        assertThat(send(unsigned).locationParameter("error")).hasValue("invalid_request_object");
        assertThat(send("rubbish").locationParameter("error")).hasValue("invalid_request_object");
    }

    @Test
    void neverRedirectsToWhatOnlyAWorthlessObjectNames() {
        ECKey stranger = Fixtures.ecKey("stranger");

        Answer answer = portal.signedIn("ann")
                .get("/oauth2/authorize?"
                        + Browser.encode(
                                "client_id",
                                "keyed",
                                "request",
                                Jwts.signed(stranger, request().build())));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Location")).isEmpty();
    }
}
