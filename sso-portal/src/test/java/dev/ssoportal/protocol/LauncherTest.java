package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.SharedPortal;
import org.junit.jupiter.api.Test;

class LauncherTest extends SharedPortal {

    @Test
    void showsTheAppsThePersonMayOpenAndNoOthers() {
        assertThat(portal.signedIn("ann").get("/").body())
                .contains("Web shop", "Buy things", "Sales", "http://127.0.0.1:9/shop", "Workshop")
                .as("no launch URL, no tile")
                .doesNotContain("Partner tool", "Keyed app");
        assertThat(portal.signedIn("bob").get("/").body()).contains("Web shop").doesNotContain("Workshop");
    }

    @Test
    void speaksGerman() {
        assertThat(portal.signedIn("ann")
                        .header("Accept-Language", "de")
                        .get("/")
                        .body())
                .contains("Dinge kaufen", "Hallo, Ann Example", "Abmelden");
    }

    @Test
    void sendsWhoeverIsNotSignedInToTheSignIn() {
        assertThat(portal.browser().get("/").location()).isEqualTo("/login?return=%2F");
    }
}
