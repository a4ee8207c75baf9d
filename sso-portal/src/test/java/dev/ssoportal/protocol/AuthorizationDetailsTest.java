package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.SharedPortal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rich authorization requests: RFC 9396. */
class AuthorizationDetailsTest extends SharedPortal {
    private static final String PAYMENT =
            "[{\"type\":\"payment\",\"amount\":{\"value\":\"10.00\",\"currency\":\"EUR\"},\"to\":\"<Bob>\",\"actions\":[\"initiate\"]}]";

    private final FakeRelyingParty web = new FakeRelyingParty(portal, "web");

    private String allowed(Browser ann, String path) {
        Answer consent = ann.get(path);
        assertThat(consent.body()).contains("Make a payment", "value: 10.00, currency: EUR", "&lt;Bob&gt;");
        return ann.follow(ann.answer(consent, "accept"))
                .locationParameter("code")
                .orElseThrow();
    }

    @Test
    void showsThemToThePersonEachTimeAndPutsThemIntoTheToken() {
        Browser ann = portal.signedIn("ann");
        String path = web.authorizePath("scope", "openid offline_access", "authorization_details", PAYMENT);

        Answer tokens = web.redeem(allowed(ann, path));

        assertThat(tokens.json().get("authorization_details")).isInstanceOf(List.class);
        Map<String, Object> claims = Jwts.claims(tokens.text("access_token")).getClaims();
        assertThat(claims.get("authorization_details")).isEqualTo(tokens.json().get("authorization_details"));
        assertThat(claims.get("aud")).asString().contains(Fixtures.ORDERS);
        assertThat(web.post("/oauth2/introspect", "token", tokens.text("access_token"))
                        .json())
                .containsKey("authorization_details");
        assertThat(web.refresh(tokens.text("refresh_token")).json()).containsKey("authorization_details");
        allowed(ann, path);
    }

    @Test
    void canBePushed() {
        Answer pushed = web.push("authorization_details", PAYMENT);
        assertThat(pushed.status()).isEqualTo(201);

        assertThat(allowed(
                        portal.signedIn("ann"),
                        "/oauth2/authorize?"
                                + Browser.encode("client_id", "web", "request_uri", pushed.text("request_uri"))))
                .isNotEmpty();
    }

    @Test
    void givesNoMoreThanWasGranted() {
        Answer tokens = web.redeem(allowed(
                portal.signedIn("ann"),
                web.authorizePath("scope", "openid offline_access", "authorization_details", PAYMENT)));
        String refreshToken = tokens.text("refresh_token");

        assertThat(web.refresh(refreshToken, "authorization_details", PAYMENT.replace("10.00", "10000.00"))
                        .text("error"))
                .isEqualTo("invalid_authorization_details");
        assertThat(web.refresh(refreshToken, "authorization_details", PAYMENT).status())
                .isEqualTo(200);
    }

    @Test
    void asksNobodyWhenNobodyMayBeAsked() {
        assertThat(portal.signedIn("ann")
                        .get(web.authorizePath("authorization_details", PAYMENT, "prompt", "none"))
                        .locationParameter("error"))
                .hasValue("consent_required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "{}",
                "[]",
                "[3]",
                "[{}]",
                "[{\"type\":3}]",
                "[{\"type\":\"unheard_of\"}]",
                "[{\"type\":\"payment\",\"sum\":1}]"
            })
    void refuses(String details) {
        assertThat(portal.signedIn("ann")
                        .get(web.authorizePath("authorization_details", details))
                        .locationParameter("error"))
                .hasValue("invalid_authorization_details");
        assertThat(web.push("authorization_details", details).text("error")).isEqualTo("invalid_authorization_details");
    }

    @Test
    void refusesTypesThatTheAppMayNotAskFor() {
        assertThat(new FakeRelyingParty(portal, "spa")
                        .push("authorization_details", PAYMENT)
                        .text("error"))
                .isEqualTo("invalid_authorization_details");
    }
}
