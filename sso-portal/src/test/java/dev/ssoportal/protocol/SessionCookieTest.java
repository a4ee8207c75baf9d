package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stolen, swapped, planted or half-known cookie is worth: nothing. */
class SessionCookieTest {
    private final String database =
            "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
    private TestPortal portal;
    private Browser ann;

    @BeforeEach
    void start() {
        portal = TestPortal.with()
                .server("  trusted-proxies: [127.0.0.1]")
                .yaml("database: {url: \"" + database + "\"}")
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .build();
        ann = portal.signedIn("ann");
    }

    @AfterEach
    void stop() {
        portal.close();
    }

    private int statusWith(String cookie) {
        Browser browser = portal.browser();
        browser.setCookie("session", cookie);
        return browser.get("/").status();
    }

    @Test
    void theCookieIsTheOnlyCredential() throws Exception {
        String[] parts = ann.cookie("session").split("\\.");
        assertThat(parts).hasSize(3);

        StringBuilder stored = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select record from cluster_record union all select upstream_logout_json from session_link")) {
            while (rows.next()) {
                stored.append(rows.getString(1)).append('\n');
            }
        }

        assertThat(stored.toString())
                .contains(parts[0])
                .doesNotContain(parts[1])
                .doesNotContain(parts[2]);
        assertThat(statusWith(parts[0])).as("the published id alone").isEqualTo(303);
    }

    @Test
    void theSecretOfOneSessionOpensNoOther() {
        String[] anns = ann.cookie("session").split("\\.");
        String[] bobs = portal.signedIn("bob").cookie("session").split("\\.");

        assertThat(statusWith(anns[0] + "." + bobs[1] + "." + bobs[2])).isEqualTo(303);
        assertThat(statusWith(anns[0] + "." + bobs[1] + "." + anns[2])).isEqualTo(303);
        assertThat(statusWith(bobs[0] + "." + anns[1] + "." + bobs[2])).isEqualTo(303);
    }

    @Test
    void aStolenCookieIsWorthNothingAfterTheNextSignIn() {
        String stolen = ann.cookie("session");
        assertThat(statusWith(stolen)).isEqualTo(200);

        ann.signIn("ann", Fixtures.PASSWORD);

        assertThat(statusWith(stolen)).isEqualTo(303);
        assertThat(ann.get("/").status()).isEqualTo(200);
    }

    @Test
    void aStolenCookieIsWorthNothingAfterALogout() {
        String stolen = ann.cookie("session");

        ann.post("/logout", "csrf", ann.get("/logout").field("csrf"));

        assertThat(statusWith(stolen)).isEqualTo(303);
    }

    @Test
    void isBoundToNothingThatAProxyMayChange() {
        Browser elsewhere = portal.browser()
                .header("X-Forwarded-For", "203.0.113.7")
                .header("User-Agent", "another/1.0")
                .header("Accept-Language", "de");
        elsewhere.setCookie("session", ann.cookie("session"));

        assertThat(elsewhere.get("/").status()).isEqualTo(200);
    }
}
