package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.SharedPortal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenID Connect Core, 5.1, 5.4 and 5.5. */
class ClaimsTest extends SharedPortal {
    private final FakeRelyingParty web = new FakeRelyingParty(portal, "web");

    private Answer tokens(String... changes) {
        return web.redeem(web.code(portal.signedIn("ann"), changes));
    }

    private Map<String, Object> userInfo(Answer tokens) {
        return portal.browser()
                .header("Authorization", "Bearer " + tokens.text("access_token"))
                .get("/oauth2/userinfo")
                .json();
    }

    @Test
    void givesWhatTheScopesAreAbout() {
        Map<String, Object> claims = userInfo(tokens("scope", "openid profile email address phone"));

        assertThat(claims)
                .containsEntry("name", "Ann Example")
                .containsEntry("given_name", "Ann")
                .containsEntry("family_name", "Example")
                .containsEntry("nickname", "annie")
                .containsEntry("birthdate", "1990-01-31")
                .containsEntry("zoneinfo", "Europe/Berlin")
                .containsEntry("email_verified", true)
                .containsEntry("phone_number", "+49 30 1234567")
                .containsEntry("phone_number_verified", true)
                .containsEntry("address", Map.of("locality", "Berlin", "country", "DE"))
                .containsKeys("updated_at", "preferred_username", "locale")
                .doesNotContainKeys("website", "groups", "address.locality");
    }

    @Test
    void tellsTheIdTokenNothingThatWasNotAskedFor() {
        JWTClaimsSet claims =
                Jwts.claims(tokens("scope", "openid profile email phone").text("id_token"));

        assertThat(claims.getClaims().keySet())
                .containsExactlyInAnyOrder(
                        "iss", "sub", "aud", "iat", "exp", "sid", "auth_time", "acr", "amr", "nonce", "at_hash");
    }

    @Test
    void namesTheSessionOnlyToAnAppThatTakesPartInLogout() {
        FakeRelyingParty keyed = new FakeRelyingParty(portal, "keyed");

        Answer tokens = keyed.redeem(keyed.code(portal.signedIn("ann"), "scope", "openid"));

        assertThat(Jwts.claims(tokens.text("id_token")).getClaims()).doesNotContainKey("sid");
        assertThat(Jwts.claims(tokens.text("access_token")).getClaims()).containsKey("sid");
    }

    @Test
    void givesClaimsThatWereAskedForByName() {
        Answer tokens = tokens("scope", "openid", "claims", """
                {"userinfo": {"given_name": {"essential": true}, "email": null, "unheard_of": null, "website": null},
                 "id_token": {"family_name": null, "auth_time": {"essential": true}}}""");

        assertThat(userInfo(tokens)).containsOnlyKeys("sub", "given_name", "email");
        assertThat(Jwts.claims(tokens.text("id_token")).getClaims())
                .containsEntry("family_name", "Example")
                .containsKey("auth_time")
                .doesNotContainKeys("given_name", "email");
    }

    @Test
    void keepsThemAfterARefresh() {
        Answer tokens = tokens("scope", "openid offline_access", "claims", "{\"userinfo\": {\"email\": null}}");

        assertThat(userInfo(web.refresh(tokens.text("refresh_token")))).containsOnlyKeys("sub", "email");
    }

    @Test
    void givesAnAppNothingThatItMayNotAskForByScope() {
        FakeRelyingParty spa = new FakeRelyingParty(portal, "spa");

        Answer tokens = spa.redeem(
                spa.code(portal.signedIn("ann"), "scope", "openid", "claims", "{\"userinfo\": {\"email\": null}}"));

        assertThat(userInfo(tokens)).containsOnlyKeys("sub");
    }

    @Test
    void asksThePersonForThem() {
        FakeRelyingParty partner = new FakeRelyingParty(portal, "partner");
        Browser ann = portal.signedIn("ann");
        String path = partner.authorizePath(
                "scope", "openid", "claims", "{\"id_token\": {\"email\": null}}", "prompt", "consent");

        assertThat(ann.get(path).body()).contains("see your e-mail address");
    }

    @Test
    void isAboutThePersonWhomTheAppMeans() {
        Browser ann = portal.signedIn("ann");
        String subject = Jwts.claims(web.redeem(web.code(ann)).text("id_token")).getSubject();
        String demand = "{\"id_token\": {\"sub\": {\"value\": \"%s\"}}}";

        assertThat(ann.get(web.authorizePath("prompt", "none", "claims", demand.formatted(subject)))
                        .locationParameter("code"))
                .isPresent();
        assertThat(ann.get(web.authorizePath("prompt", "none", "claims", demand.formatted("somebody")))
                        .locationParameter("error"))
                .hasValue("login_required");
    }

    @Test
    void demandsAnAuthenticationContext() {
        String demand = "{\"id_token\": {\"acr\": {\"essential\": true, \"values\": [\"urn:nobody:has\"]}}}";

        assertThat(portal.signedIn("ann")
                        .get(web.authorizePath("claims", demand))
                        .locationParameter("error"))
                .hasValue("unmet_authentication_requirements");
        assertThat(portal.signedIn("ann")
                        .get(web.authorizePath("claims", demand.replace("true", "false")))
                        .locationParameter("code"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "\"text\"", "{\"id_token\": 3}"})
    void refusesWhatCannotBeRead(String claims) {
        assertThat(portal.signedIn("ann")
                        .get(web.authorizePath("claims", claims))
                        .locationParameter("error"))
                .hasValue("invalid_request");
    }
}
