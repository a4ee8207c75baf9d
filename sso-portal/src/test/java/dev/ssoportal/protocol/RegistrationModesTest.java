package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Registrations;
import dev.ssoportal.testing.TestPortal;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may register, how many, and for how long. */
class RegistrationModesTest {
    private static final String REGISTER = "/oauth2/register";

    @TempDir
    private Path folder;

    private TestPortal portal;

    private TestPortal start(String registration, String more) {
        return TestPortal.with()
                .folder(folder)
                .yaml(Fixtures.localAccounts())
                .yaml("registration: {" + registration + "}")
                .yaml(more)
                .build();
    }

    @BeforeEach
    void open() {
        portal = start("mode: open, max-clients: 5, secret-lifetime: 90d", "");
    }

    @AfterEach
    void stop() {
        portal.stop();
    }

    private Answer register(Map<String, Object> changes) {
        return Registrations.register(portal, changes);
    }

    @Test
    void keepsAppsOverARestart() {
        Answer client = register(Map.of());
        portal.stop();
        portal = start("mode: open", "");

        Answer consent = portal.signedIn("ann")
                .get(new FakeRelyingParty(portal, client.text("client_id")).authorizePath("scope", "openid"));

        assertThat(consent.body()).contains("Newcomer");
    }

    @Test
    void letsAnAppAskForSomethingElseWhenWhatItAskedForIsNotOfferedAnyMore() {
        Answer client = register(Map.of("id_token_signed_response_alg", "EdDSA"));
        portal.stop();
        portal = start("mode: open", "tokens: {signing-algorithms: [rs256, es256]}");
        String path = URI.create(client.text("registration_client_uri")).getPath();
        Browser owner = portal.browser().header("Authorization", "Bearer " + client.text("registration_access_token"));
        FakeRelyingParty app = new FakeRelyingParty(portal, client.text("client_id"));
        assertThat(portal.signedIn("ann")
                        .get(app.authorizePath("scope", "openid"))
                        .status())
                .isEqualTo(400);
        assertThat(register(Map.of("id_token_signed_response_alg", "EdDSA")).text("error"))
                .isEqualTo("invalid_client_metadata");

        Answer changed = owner.sendJson(
                "PUT",
                path,
                Registrations.metadata(
                        Map.of("client_id", client.text("client_id"), "id_token_signed_response_alg", "ES256")));

        assertThat(changed.status()).isEqualTo(200);
        assertThat(portal.signedIn("ann")
                        .get(app.authorizePath("scope", "openid"))
                        .body())
                .contains("Newcomer");
    }

    @Test
    void letsNoMoreInThanItMay() {
        for (int i = 0; i < 5; i++) {
            assertThat(register(Map.of()).status()).isEqualTo(201);
        }

        assertThat(register(Map.of()).text("error")).isEqualTo("invalid_client_metadata");
    }

    @Test
    void letsSecretsExpire() {
        Answer client = register(Map.of());
        portal.clock().pass(Duration.ofDays(91));

        Answer refused = portal.browser()
                .header("Authorization", FakeRelyingParty.basic(client.text("client_id"), client.text("client_secret")))
                .post("/oauth2/token", "grant_type", "authorization_code");

        assertThat(refused.text("error")).isEqualTo("invalid_client");
    }

    @Test
    void wantsAnInitialTokenWhereConfigured() {
        portal.stop();
        portal = start("mode: by-token, initial-tokens: [" + SecretHash.of("let-me-in") + "]", "");

        assertThat(register(Map.of()).status()).isEqualTo(401);
        assertThat(portal.browser()
                        .header("Authorization", "Bearer wrong")
                        .sendJson("POST", REGISTER, Registrations.metadata(Map.of()))
                        .status())
                .isEqualTo(401);
        assertThat(portal.browser()
                        .header("Authorization", "Bearer let-me-in")
                        .sendJson("POST", REGISTER, Registrations.metadata(Map.of()))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void isNotThereWhenItIsOff() {
        Answer client = register(Map.of());
        portal.stop();
        portal = start("mode: off", "");

        assertThat(register(Map.of()).status()).isEqualTo(404);
        assertThat(portal.browser().get("/.well-known/openid-configuration").json())
                .doesNotContainKey("registration_endpoint");
        assertThat(portal.signedIn("ann")
                        .get(new FakeRelyingParty(portal, client.text("client_id")).authorizePath())
                        .status())
                .isEqualTo(400);
    }

    @Test
    void doesNotStartWithANameThatIsTaken() {
        Answer client = register(Map.of());
        portal.stop();
        String clash = "applications: [{id: " + client.text("client_id") + ", redirect-uris: [" + Fixtures.CALLBACK
                + "], authentication: none}]";

        assertThatThrownBy(() -> start("mode: open", clash)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void slowsDownAnAddressThatRegistersTooMuch() {
        portal.stop();
        portal = start("mode: open, per-address-and-hour: 2", "");
        register(Map.of());
        register(Map.of());

        assertThat(register(Map.of()).status()).isEqualTo(429);
    }

    @Test
    void givesAFreshSecretForAnExpiredOne() {
        Answer client = register(Map.of());
        portal.clock().pass(Duration.ofDays(91));

        Answer renewed = portal.browser()
                .header("Authorization", "Bearer " + client.text("registration_access_token"))
                .sendJson(
                        "PUT",
                        REGISTER + "/" + client.text("client_id"),
                        Registrations.metadata(Map.of("client_id", client.text("client_id"))));

        assertThat(renewed.text("client_secret")).isNotEqualTo(client.text("client_secret"));
    }
}
