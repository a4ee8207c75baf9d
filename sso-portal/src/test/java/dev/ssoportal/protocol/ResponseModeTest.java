package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.Verifiers;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.SharedPortal;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OAuth 2.0 Form Post Response Mode; JARM; RFC 9207. */
class ResponseModeTest extends SharedPortal {
    private final FakeRelyingParty web = new FakeRelyingParty(portal, "web");

    @Test
    void postsAFormThatNeedsNoScript() {
        Answer answer = portal.signedIn("ann").get(web.authorizePath("response_mode", "form_post", "state", "<\"&"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).hasValue("no-store");
        assertThat(answer.header("Content-Security-Policy").orElseThrow()).doesNotContain("form-action");
        assertThat(answer.body()).contains("method=\"post\" action=\"" + Fixtures.CALLBACK + "\"", "type=\"submit\"");
        assertThat(answer.body()).contains("name=\"state\" value=\"&lt;&quot;&amp;\"");
        assertThat(answer.field("iss")).isEqualTo(portal.baseUrl());
        assertThat(web.redeem(answer.field("code")).status()).isEqualTo(200);
    }

    @Test
    void postsErrorsToo() {
        Answer answer = portal.browser().get(web.authorizePath("response_mode", "form_post", "prompt", "none"));

        assertThat(answer.field("error")).isEqualTo("login_required");
        assertThat(answer.field("state")).isEqualTo("state-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwt", "query.jwt"})
    void signsTheAnswer(String mode) throws Exception {
        Answer answer = portal.signedIn("ann").get(web.authorizePath("response_mode", mode));

        assertThat(answer.locationParameter("code")).isEmpty();
        JWTClaimsSet claims = verified(answer.locationParameter("response").orElseThrow());
        assertThat(claims.getStringClaim("state")).isEqualTo("state-1");
        assertThat(web.redeem(claims.getStringClaim("code")).status()).isEqualTo(200);
    }

    @Test
    void signsAndPosts() throws Exception {
        Answer answer = portal.browser().get(web.authorizePath("response_mode", "form_post.jwt", "prompt", "none"));

        assertThat(verified(answer.field("response")).getStringClaim("error")).isEqualTo("login_required");
    }

    private JWTClaimsSet verified(String response) throws Exception {
        SignedJWT jwt = Jwts.parse(response);
        JWK key = JWKSet.parse(portal.browser().get("/oauth2/jwks").body())
                .getKeyByKeyId(jwt.getHeader().getKeyID());
        assertThat(jwt.verify(Verifiers.of(key))).isTrue();
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(portal.baseUrl());
        assertThat(claims.getAudience()).containsExactly("web");
        assertThat(claims.getExpirationTime()).isAfter(Date.from(portal.clock().instant()));
        return claims;
    }

    @ParameterizedTest
    @CsvSource({"fragment", "fragment.jwt", "web_message", "QUERY"})
    void refusesOtherModes(String mode) {
        Answer answer = portal.signedIn("ann").get(web.authorizePath("response_mode", mode));

        assertThat(answer.locationParameter("error")).hasValue("invalid_request");
    }

    @Test
    void isNoHintOfWhoIsSignedIn() {
        Answer answer = portal.signedIn("ann").get(web.authorizePath("response_mode", "jwt"));
        String response = answer.locationParameter("response").orElseThrow();

        assertThat(portal.browser()
                        .get("/oauth2/logout?id_token_hint=" + response)
                        .status())
                .isEqualTo(400);
    }
}
