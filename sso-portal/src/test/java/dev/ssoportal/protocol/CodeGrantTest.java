package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** RFC 6749, 4.1; RFC 7636; OpenID Connect Core, 3.1. */
class CodeGrantTest extends SharedPortal {
    @Test
    void givesTokensForACode() throws Exception {
        Browser ann = portal.signedIn("ann");
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");

        Answer tokens = web.redeem(web.code(ann, "scope", "openid profile orders"));

        assertThat(tokens.status()).isEqualTo(200);
        assertThat(tokens.header("Cache-Control")).hasValue("no-store");
        assertThat(tokens.text("token_type")).isEqualTo("Bearer");
        assertThat(tokens.json()).doesNotContainKey("refresh_token");
        JWKSet keys = JWKSet.parse(portal.browser().get("/oauth2/jwks").body());
        IDTokenValidator validator =
                new IDTokenValidator(new Issuer(portal.baseUrl()), new ClientID("web"), JWSAlgorithm.RS256, keys);
        validator.validate(SignedJWT.parse(tokens.text("id_token")), new Nonce("nonce-1"));
        SignedJWT accessToken = SignedJWT.parse(tokens.text("access_token"));
        JWTClaimsSet claims = accessToken.getJWTClaimsSet();
        assertThat(accessToken.getHeader().getType().getType()).isEqualTo("at+jwt");
        assertThat(accessToken.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
        assertThat(claims.getAudience()).containsExactly(Fixtures.ORDERS, portal.baseUrl());
        assertThat(claims.getStringListClaim("roles")).containsExactly("orders:read", "orders:write");
        assertThat(claims.getStringClaim("client_id")).isEqualTo("web");
        assertThat(claims.getStringClaim("scope")).isEqualTo("openid orders profile");
        assertThat(claims.getStringClaim("preferred_username")).isEqualTo("ann");
        assertThat(claims.getClaims()).containsKeys("sid", "auth_time", "jti", "iat", "exp", "sub");
    }

    @Test
    void letsNoCodeOutliveItsSession() {
        try (TestPortal own = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .yaml("session: {absolute-timeout: 1h, idle-timeout: 1h}")
                .build()) {
            FakeRelyingParty web = new FakeRelyingParty(own, "web");
            Browser ann = own.signedIn("ann");
            own.clock().pass(Duration.ofMinutes(59).plusSeconds(30));
            String good = web.code(ann);
            String late = web.code(ann);
            own.clock().pass(Duration.ofSeconds(29));
            assertThat(web.redeem(good).status()).isEqualTo(200);

            own.clock().pass(Duration.ofSeconds(2));

            assertThat(web.redeem(late).text("error")).isEqualTo("invalid_grant");
        }
    }

    @Test
    void refusesACodeAlreadyRedeemedAndRevokesWhatItGave() {
        Browser ann = portal.signedIn("ann");
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(ann, "scope", "openid offline_access");
        Answer first = web.redeem(code);

        Answer second = web.redeem(code);

        assertThat(second.status()).isEqualTo(400);
        assertThat(second.text("error")).isEqualTo("invalid_grant");
        assertThat(web.refresh(first.text("refresh_token")).text("error")).isEqualTo("invalid_grant");
        assertThat(web.post("/oauth2/introspect", "token", first.text("access_token"))
                        .body())
                .isEqualTo("{\"active\":false}");
    }

    @Test
    void givesOneTokenSetWhenACodeIsRedeemedManyTimesAtOnce() throws Exception {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(portal.signedIn("ann"));
        List<Callable<Integer>> calls =
                java.util.Collections.nCopies(32, () -> web.redeem(code).status());
        assertThat(AtOnce.call(calls)).filteredOn(status -> status == 200).hasSize(1);
    }

    @Test
    void refusesAWrongCodeVerifier() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(portal.signedIn("ann"));

        assertThat(web.redeem(code, new CodeVerifier().getValue()).text("error"))
                .isEqualTo("invalid_grant");
    }

    @Test
    void refusesAMissingCodeVerifier() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(portal.signedIn("ann"));

        Answer answer = web.token("grant_type", "authorization_code", "code", code, "redirect_uri", Fixtures.CALLBACK);

        assertThat(answer.text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void refusesAVerifierWithoutAChallenge() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(portal.signedIn("ann"), "code_challenge", "", "code_challenge_method", "");

        assertThat(web.redeem(code).text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void refusesACodeOfAnotherClient() {
        String code = new FakeRelyingParty(portal, "web").code(portal.signedIn("ann"));

        assertThat(new FakeRelyingParty(portal, "workshop").redeem(code).text("error"))
                .isEqualTo("invalid_grant");
    }

    @Test
    void refusesAnotherRedirectUri() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(portal.signedIn("ann"));

        Answer answer = web.token(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                Fixtures.CALLBACK + "/",
                "code_verifier",
                web.verifier().getValue());

        assertThat(answer.text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void refusesAnExpiredCode() {
        try (TestPortal own = TestPortal.start()) {
            FakeRelyingParty web = new FakeRelyingParty(own, "web");
            String code = web.code(own.signedIn("ann"));

            own.clock().pass(Duration.ofSeconds(61));

            assertThat(web.redeem(code).text("error")).isEqualTo("invalid_grant");
        }
    }

    @Test
    void refusesACodeWhoseSessionHasEnded() {
        Browser ann = portal.signedIn("ann");
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(ann);
        ann.post("/logout", "csrf", ann.get("/logout").field("csrf"));

        assertThat(web.redeem(code).text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void refusesAnUnknownGrantType() {
        Answer answer =
                new FakeRelyingParty(portal, "web").token("grant_type", "password", "username", "a", "password", "b");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("unsupported_grant_type");
    }

    @Test
    void refusesADuplicateParameter() {
        Answer answer = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("web", Fixtures.SECRET))
                .postRaw("/oauth2/token", "grant_type=authorization_code&code=a&code=b&redirect_uri=x");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("invalid_request");
    }

    @Test
    void signsIdTokensOfPublicClientsToo() throws Exception {
        FakeRelyingParty spa = new FakeRelyingParty(portal, "spa");

        Answer tokens = spa.redeem(spa.code(portal.signedIn("bob")));

        JWTClaimsSet claims = SignedJWT.parse(tokens.text("id_token")).getJWTClaimsSet();
        assertThat(claims.getAudience()).containsExactly("spa");
        assertThat(SignedJWT.parse(tokens.text("access_token"))
                        .getJWTClaimsSet()
                        .getAudience())
                .containsExactly(portal.baseUrl());
    }

    @Test
    void doesNotRevokeForAClientThatFindsSomebodyElsesCode() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(portal.signedIn("ann"), "scope", "openid offline_access");
        Answer tokens = web.redeem(code);

        assertThat(new FakeRelyingParty(portal, "spa").redeem(code).text("error"))
                .isEqualTo("invalid_grant");

        assertThat(web.refresh(tokens.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void keepsTheCodeWhenTheAppHasToNameAnApi() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String code = web.code(portal.signedIn("ann"), "scope", "openid orders inventory");
        assertThat(web.redeem(code).text("error")).isEqualTo("invalid_target");

        Answer again = web.token(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                Fixtures.CALLBACK,
                "code_verifier",
                web.verifier().getValue(),
                "resource",
                Fixtures.ORDERS);

        assertThat(again.status()).isEqualTo(200);
    }

    @Test
    void tellsAnApiOnlyWhatThePersonLetTheAppSee() throws Exception {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");

        String token = web.redeem(web.code(portal.signedIn("ann"), "scope", "openid orders"))
                .text("access_token");

        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getClaims())
                .doesNotContainKeys("name", "preferred_username", "email");
    }
}
