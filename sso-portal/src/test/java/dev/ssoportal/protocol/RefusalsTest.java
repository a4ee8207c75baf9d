package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Registrations;
import dev.ssoportal.testing.SharedPortal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the endpoints for programs refuse, and how. What {@code /oauth2/authorize} refuses stands in {@link AuthorizeTest}, pushed requests
 * in {@link PushedRequestTest}, registrations in {@link RegistrationTest}.
 */
class RefusalsTest extends SharedPortal {

    /** Posts a form as a client of the fixtures, or as somebody else. */
    private static Answer post(String path, String who, String form) {
        Browser caller = portal.browser();
        switch (who) {
            case "nobody" -> {}
            case "wrong" -> caller.header("Authorization", FakeRelyingParty.basic("web", "wrong"));
            case "unknown" -> caller.header("Authorization", FakeRelyingParty.basic("nope", "wrong"));
            case "garbled" -> caller.header("Authorization", "Basic %%%");
            case "empty" -> caller.header("Authorization", FakeRelyingParty.basic("web", ""));
            case "expired-token" -> caller.header("Authorization", "Bearer e30.e30.AAAA");
            case "tv", "spa" -> {
                return caller.postRaw(path, "client_id=" + who + "&" + form);
            }
            default -> caller.header("Authorization", FakeRelyingParty.basic(who, Fixtures.SECRET));
        }
        return caller.postRaw(path, form);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # who authenticates, and how
            token       | nobody  | grant_type=client_credentials                            | 401 | invalid_client
            token       | wrong   | grant_type=client_credentials                            | 401 | invalid_client
            token       | unknown | grant_type=client_credentials                            | 401 | invalid_client
            token       | garbled | grant_type=client_credentials                            | 401 | invalid_client
            token       | empty   | grant_type=client_credentials                            | 401 | invalid_client
            token       | web     | grant_type=refresh_token&client_id=web&client_secret=x   | 400 | invalid_request
            token       | web     | grant_type=refresh_token&client_id=spa                   | 400 | invalid_request
            # which grant
            token       | web     | ''                                                       | 400 | invalid_request
            token       | web     | grant_type=                                              | 400 | invalid_request
            token       | web     | grant_type=password&username=ann&password=x              | 400 | unsupported_grant_type
            token       | web     | grant_type=implicit                                      | 400 | unsupported_grant_type
            token       | web     | grant_type=refresh_token&grant_type=refresh_token        | 400 | invalid_request
            token       | web     | grant_type=client_credentials                            | 400 | unauthorized_client
            token       | batch   | grant_type=authorization_code&code=x                     | 400 | unauthorized_client
            token       | batch   | grant_type=refresh_token&refresh_token=x                 | 400 | unauthorized_client
            token       | web     | grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x | 400 | unauthorized_client
            token       | tv      | grant_type=authorization_code&code=x                     | 400 | unauthorized_client
            # what the grants need
            token       | web     | grant_type=authorization_code                            | 400 | invalid_request
            token       | web     | grant_type=authorization_code&code=x                     | 400 | invalid_grant
            token       | web     | grant_type=authorization_code&code=x&code=y              | 400 | invalid_request
            token       | web     | grant_type=refresh_token                                 | 400 | invalid_request
            token       | web     | grant_type=refresh_token&refresh_token=x                 | 400 | invalid_grant
            token       | tv      | grant_type=urn:ietf:params:oauth:grant-type:device_code  | 400 | invalid_request
            token       | tv      | grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x | 400 | expired_token
            token       | batch   | grant_type=client_credentials&scope=nope                 | 400 | invalid_scope
            token       | batch   | grant_type=client_credentials&resource=https://nope.example | 400 | invalid_target
            token       | batch   | grant_type=client_credentials&scope=orders&scope=orders  | 400 | invalid_request
            # the others
            introspect  | nobody  | token=x                                                  | 401 | invalid_client
            introspect  | wrong   | token=x                                                  | 401 | invalid_client
            introspect  | spa     | token=x                                                  | 401 | invalid_client
            introspect  | web     | ''                                                       | 400 | invalid_request
            introspect  | web     | token=x&token=y                                          | 400 | invalid_request
            revoke      | nobody  | token=x                                                  | 401 | invalid_client
            revoke      | wrong   | token=x                                                  | 401 | invalid_client
            revoke      | web     | ''                                                       | 400 | invalid_request
            revoke      | web     | token=x&token=y                                          | 400 | invalid_request
            par         | nobody  | response_type=code                                       | 401 | invalid_client
            par         | wrong   | response_type=code                                       | 401 | invalid_client
            par         | batch   | response_type=code                                       | 400 | unauthorized_client
            par         | tv      | response_type=code                                       | 400 | unauthorized_client
            device_authorization | nobody | scope=openid                                     | 401 | invalid_client
            device_authorization | web    | scope=openid                                     | 400 | unauthorized_client
            device_authorization | tv     | scope=groups                                     | 400 | invalid_scope
            device_authorization | tv     | scope=openid&scope=openid                        | 400 | invalid_request
            userinfo    | expired-token | ''                                                 | 401 | invalid_token
            """)
    void refuses(String endpoint, String who, String form, int status, String error) {
        Answer answer = post("/oauth2/" + endpoint, who, form);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text("error")).isEqualTo(error);
        assertThat(answer.header("Cache-Control")).hasValue("no-store");
        assertThat(answer.header("Content-Type").orElseThrow()).startsWith("application/json");
        boolean challenged = status == 401 && !who.equals("nobody") && !who.equals("spa");
        assertThat(answer.header("WWW-Authenticate").isPresent())
                .as("a challenge for whoever tried the header (RFC 6749, 5.2)")
                .isEqualTo(challenged);
    }

    @Test
    void doesNotReadTokensFromTheQuery() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        String token = web.redeem(web.code(portal.signedIn("ann"))).text("access_token");

        Answer answer = portal.browser().get("/oauth2/userinfo?" + Browser.encode("access_token", token));

        assertThat(answer.status()).isEqualTo(401);
    }

    private static void assertSame(Answer one, Answer other) {
        assertThat(one.status()).isEqualTo(other.status());
        assertThat(one.body()).isEqualTo(other.body());
        assertThat(one.header("WWW-Authenticate")).isEqualTo(other.header("WWW-Authenticate"));
    }

    @Test
    void doesNotTellWhetherAClientExists() {
        assertSame(
                post("/oauth2/token", "unknown", "grant_type=client_credentials"),
                post("/oauth2/token", "wrong", "grant_type=client_credentials"));
        Answer known = Registrations.register(portal, Map.of());
        Browser stranger = portal.browser().header("Authorization", "Bearer nonsense");
        assertSame(
                stranger.get("/oauth2/register/" + known.text("client_id")), stranger.get("/oauth2/register/nonsense"));
    }

    @Test
    void doesNotTellWhetherATokenExists() {
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Answer tokens = web.redeem(web.code(portal.signedIn("ann"), "scope", "openid offline_access", "resource", ""));
        String refreshToken = Browser.encode("refresh_token", tokens.text("refresh_token"));
        String asToken = Browser.encode("token", tokens.text("refresh_token"));
        String code = Browser.encode("code", web.code(portal.signedIn("ann")));

        assertSame(
                post("/oauth2/token", "old", "grant_type=refresh_token&" + refreshToken),
                post("/oauth2/token", "old", "grant_type=refresh_token&refresh_token=nonsense"));
        assertSame(
                post("/oauth2/token", "old", "grant_type=authorization_code&" + code),
                post("/oauth2/token", "old", "grant_type=authorization_code&code=nonsense"));
        assertSame(post("/oauth2/introspect", "old", asToken), post("/oauth2/introspect", "old", "token=nonsense"));
        assertSame(post("/oauth2/revoke", "old", asToken), post("/oauth2/revoke", "old", "token=nonsense"));
        assertThat(web.refresh(tokens.text("refresh_token")).status())
                .as("and nothing of this has harmed it")
                .isEqualTo(200);
    }

    @Test
    void doesNotTellWhetherAnAccountExists() {
        Answer known = portal.browser().signIn("ann", "wrong");
        Answer unknown = portal.browser().signIn("nobody", "wrong");

        assertThat(known.status()).isEqualTo(unknown.status());
        assertThat(withoutNames(known)).isEqualTo(withoutNames(unknown));
    }

    private static String withoutNames(Answer page) {
        return page.body().replaceAll("value=\"[^\"]*\"", "");
    }
}
