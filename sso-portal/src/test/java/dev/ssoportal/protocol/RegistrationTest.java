package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.Registrations;
import dev.ssoportal.testing.SharedPortal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7591, RFC 7592, OpenID Connect Dynamic Client Registration 1.0. */
class RegistrationTest extends SharedPortal {
    private static final String REGISTER = "/oauth2/register";

    private Answer register(Map<String, Object> changes) {
        return Registrations.register(portal, changes);
    }

    private Answer own(Answer client, String method, String json) {
        return portal.browser()
                .header("Authorization", "Bearer " + client.text("registration_access_token"))
                .sendJson(method, REGISTER + "/" + client.text("client_id"), json);
    }

    /** Signs ann in, lets her consent, and redeems the code. */
    private Answer tokens(Answer client) {
        FakeRelyingParty app = new FakeRelyingParty(portal, client.text("client_id"));
        Browser ann = portal.signedIn("ann");
        Answer consent = ann.get(app.authorizePath("scope", "openid email"));
        assertThat(consent.body()).contains("Newcomer");
        Answer code = ann.follow(ann.answer(consent, "accept"));
        return portal.browser()
                .header("Authorization", FakeRelyingParty.basic(client.text("client_id"), client.text("client_secret")))
                .post(
                        "/oauth2/token",
                        "grant_type",
                        "authorization_code",
                        "code",
                        code.locationParameter("code").orElseThrow(),
                        "redirect_uri",
                        Fixtures.CALLBACK,
                        "code_verifier",
                        app.verifier().getValue());
    }

    @Test
    void registersAnAppThatWorksAtOnce() {
        Answer client = register(Map.of());
        assertThat(client.status()).isEqualTo(201);
        assertThat(client.header("Cache-Control")).hasValue("no-store");
        assertThat(client.json())
                .containsEntry("client_name", "Newcomer")
                .containsEntry("token_endpoint_auth_method", "client_secret_basic")
                .containsEntry("grant_types", List.of("authorization_code"))
                .containsKeys("client_id_issued_at", "registration_client_uri", "client_secret_expires_at");

        assertThat(tokens(client).status()).isEqualTo(200);
    }

    @Test
    void showsWhatAnAppWantsPeopleToRead() {
        Answer client = register(Map.of(
                "logo_uri", "https://newcomer.example/logo.png",
                "policy_uri", "https://newcomer.example/policy",
                "tos_uri", "https://newcomer.example/terms"));

        Answer consent = portal.signedIn("ann")
                .get(new FakeRelyingParty(portal, client.text("client_id")).authorizePath("scope", "openid"));

        assertThat(consent.body())
                .contains(
                        "src=\"https://newcomer.example/logo.png\"",
                        "href=\"https://newcomer.example/policy\"",
                        "href=\"https://newcomer.example/terms\"");
        assertThat(register(Map.of("policy_uri", "javascript:alert(1)")).text("error"))
                .isEqualTo("invalid_client_metadata");
    }

    @Test
    void keepsOnlyHashesOfWhatIsSecret() {
        Answer client = register(Map.of());

        Answer read = own(client, "GET", "");

        assertThat(read.status()).isEqualTo(200);
        assertThat(read.json())
                .containsEntry("client_id", client.text("client_id"))
                .containsEntry("registration_access_token", client.text("registration_access_token"))
                .doesNotContainKey("client_secret");
    }

    @Test
    void changesWhatIsRegistered() {
        Answer client = register(Map.of());
        String id = client.text("client_id");

        Answer changed = own(
                client,
                "PUT",
                Registrations.metadata(Map.of(
                        "client_id",
                        id,
                        "redirect_uris",
                        List.of("https://new.example/cb"),
                        "client_name",
                        "Renamed")));

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json()).containsEntry("client_name", "Renamed").doesNotContainKey("client_secret");
        FakeRelyingParty app = new FakeRelyingParty(portal, id);
        assertThat(portal.signedIn("ann").get(app.authorizePath()).status()).isEqualTo(400);
        assertThat(own(client, "PUT", Registrations.metadata(Map.of("client_id", "other")))
                        .text("error"))
                .isEqualTo("invalid_client_metadata");
        assertThat(own(client, "PUT", Registrations.metadata(Map.of("client_id", id, "client_secret", "chosen")))
                        .text("error"))
                .isEqualTo("invalid_client_metadata");
    }

    @Test
    void deletesAClientWithAllItHasBeenGiven() {
        Answer client = register(Map.of());
        Answer tokens = tokens(client);

        assertThat(own(client, "DELETE", "").status()).isEqualTo(204);

        assertThat(own(client, "GET", "").status()).isEqualTo(401);
        assertThat(portal.browser()
                        .header("Authorization", "Bearer " + tokens.text("access_token"))
                        .get("/oauth2/userinfo")
                        .status())
                .isEqualTo(401);
        assertThat(portal.signedIn("ann")
                        .get(new FakeRelyingParty(portal, client.text("client_id")).authorizePath())
                        .status())
                .isEqualTo(400);
    }

    @Test
    void isManagedByItsOwnTokenOnly() {
        Answer client = register(Map.of());
        Answer other = register(Map.of());

        Answer foreign = portal.browser()
                .header("Authorization", "Bearer " + other.text("registration_access_token"))
                .get(REGISTER + "/" + client.text("client_id"));

        assertThat(foreign.status()).isEqualTo(401);
        assertThat(foreign.header("WWW-Authenticate").orElseThrow()).contains("invalid_token");
        assertThat(portal.browser()
                        .get(REGISTER + "/" + client.text("client_id"))
                        .status())
                .isEqualTo(401);
        assertThat(portal.browser()
                        .header("Authorization", "Bearer x")
                        .get(REGISTER + "/nobody")
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redirect_uris | \"http://evil.example/cb\" | invalid_redirect_uri",
                "redirect_uris | \"https://app.example/cb#fragment\" | invalid_redirect_uri",
                "redirect_uris | \"javascript:alert(1)\" | invalid_redirect_uri",
                "redirect_uris | \"com.example.app:/cb\" | invalid_redirect_uri",
                "response_types | \"token\" | invalid_client_metadata",
                "response_types | \"code id_token\" | invalid_client_metadata",
                "grant_types | \"implicit\" | invalid_client_metadata",
                "grant_types | \"password\" | invalid_client_metadata"
            })
    void refusesListsWith(String name, String value, String error) {
        Answer answer = register(Map.of(name, List.of(value.replace("\"", ""))));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo(error);
    }

    @ParameterizedTest
    @CsvSource({
        "redirect_uris, '', invalid_redirect_uri",
        "token_endpoint_auth_method, client_secret_jwt, invalid_client_metadata",
        "token_endpoint_auth_method, tls_client_auth, invalid_client_metadata",
        "token_endpoint_auth_method, private_key_jwt, invalid_client_metadata",
        "id_token_signed_response_alg, none, invalid_client_metadata",
        "id_token_signed_response_alg, HS256, invalid_client_metadata",
        "id_token_encrypted_response_alg, RSA1_5, invalid_client_metadata",
        "jwks_uri, http://keys.example, invalid_client_metadata",
        "backchannel_logout_uri, http://app.example/bye, invalid_client_metadata",
        "sector_identifier_uri, http://127.0.0.1:1/sector, invalid_client_metadata",
        "software_statement, eyJhbGciOiJFUzI1NiJ9.e30.AAAA, unapproved_software_statement"
    })
    void refuses(String name, String value, String error) {
        Answer answer = register(Map.of(name, value));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo(error);
    }

    @Test
    void refusesWhatIsNoJson() {
        for (String body : List.of("", "[]", "{", "client_name=x")) {
            assertThat(portal.browser().sendJson("POST", REGISTER, body).text("error"))
                    .isEqualTo("invalid_client_metadata");
        }
        assertThat(portal.browser().get(REGISTER).status()).isEqualTo(405);
    }

    @Test
    void keepsPublicAndNativeAppsToTheirRules() {
        Answer spa = register(Map.of("token_endpoint_auth_method", "none"));
        assertThat(spa.json()).doesNotContainKey("client_secret");
        assertThat(portal.signedIn("ann")
                        .get(new FakeRelyingParty(portal, spa.text("client_id")).authorizePath("code_challenge", ""))
                        .locationParameter("error"))
                .hasValue("invalid_request");

        Answer app = register(Map.of(
                "application_type", "native",
                "token_endpoint_auth_method", "none",
                "redirect_uris", List.of("com.example.app:/cb")));
        assertThat(app.status()).isEqualTo(201);
    }

    @Test
    void signsWithEveryAlgorithmThatItAdvertises() {
        for (String algorithm : List.of("RS256", "PS256", "ES256", "EdDSA")) {
            Answer client = register(Map.of("id_token_signed_response_alg", algorithm));

            Answer tokens = tokens(client);

            assertThat(Jwts.parse(tokens.text("id_token"))
                            .getHeader()
                            .getAlgorithm()
                            .getName())
                    .isEqualTo(algorithm);
        }
    }

    @Test
    void keepsAnAppToWhatItHasDemandedOfItself() {
        Answer pushed = register(Map.of("require_pushed_authorization_requests", true));
        Answer signed = register(Map.of(
                "require_signed_request_object",
                true,
                "jwks",
                Map.of("keys", List.of(Fixtures.CLIENT_KEY.toPublicJWK().toJSONObject()))));

        for (Answer client : List.of(pushed, signed)) {
            assertThat(portal.signedIn("ann")
                            .get(new FakeRelyingParty(portal, client.text("client_id"))
                                    .authorizePath("scope", "openid"))
                            .locationParameter("error"))
                    .hasValue("invalid_request");
        }
    }

    @Test
    void leadsNobodyAwayWhoIsNotSignedIn() {
        Answer client = register(Map.of("redirect_uris", List.of("https://phish.example/cb")));
        FakeRelyingParty app = new FakeRelyingParty(portal, client.text("client_id"));
        String path = app.authorizePath("redirect_uri", "https://phish.example/cb", "response_type", "token");

        Answer stranger = portal.browser().get(path);

        assertThat(stranger.status()).isEqualTo(400);
        assertThat(stranger.header("Location")).isEmpty();
        assertThat(stranger.body()).contains("phish.example", "back-link");
        assertThat(portal.signedIn("ann").get(path).location()).startsWith("https://phish.example/cb?error=");
    }

    @Test
    void refusesToChangeWhatPeopleAreCalled() {
        Answer client = register(Map.of("redirect_uris", List.of("https://app.example/cb")));

        Answer changed = own(
                client,
                "PUT",
                Registrations.metadata(Map.of(
                        "client_id", client.text("client_id"),
                        "redirect_uris", List.of("https://app.example/cb"),
                        "subject_type", "pairwise")));

        assertThat(changed.text("error")).isEqualTo("invalid_client_metadata");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"redirect_uris\":[null]}",
                "{\"redirect_uris\":[\"https://a.example/\"],\"jwks\":{\"keys\":[null]}}",
                "{\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_method\":\"\u00e4\"}",
                "{\"redirect_uris\":[\"https://a.example/\"],\"grant_types\":[\"x\\\"\"]}",
                "{\"redirect_uris\":[\"https://a.example/\"],\"client_name\":\"a\\u0000b\"}",
                "{\"redirect_uris\":[\"com.a:/cb\"],\"application_type\":\"native\",\"subject_type\":\"pairwise\"}",
                "{\"redirect_uris\":[\"https://a.example/\"],\"authorization_encrypted_response_alg\":\"ECDH-ES\"}",
                "{\"redirect_uris\":[\"https://a.example/\"],\"sector_identifier_uri\":\"https://localhost:1/\"}"
            })
    void refusesWhatMakesNoSense(String json) {
        Answer answer = portal.browser().sendJson("POST", REGISTER, json);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).startsWith("invalid_");
    }

    @Test
    void refusesANameThatFillsAPage() {
        assertThat(register(Map.of("client_name", "x".repeat(101))).text("error"))
                .isEqualTo("invalid_client_metadata");
    }

    @Test
    void doesNotFetchKeysFromOurOwnNetwork() {
        Answer client = register(
                Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks_uri", "https://localhost:1/keys"));
        String assertion = FakeRelyingParty.assertion(
                client.text("client_id"), portal.baseUrl(), Instant.now().plusSeconds(60), "id", Fixtures.CLIENT_KEY);

        Answer answer = portal.browser()
                .post(
                        "/oauth2/token",
                        "grant_type",
                        "authorization_code",
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion",
                        assertion);

        assertThat(answer.text("error")).isEqualTo("invalid_client");
    }
}
