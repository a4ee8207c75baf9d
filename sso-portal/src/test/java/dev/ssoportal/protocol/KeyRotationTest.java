package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.TestPortal;
import org.junit.jupiter.api.Test;

class KeyRotationTest {

    @Test
    void signsWithANewKeyAndStillKnowsTheOldOne() {
        try (TestPortal portal = TestPortal.start()) {
            FakeRelyingParty web = new FakeRelyingParty(portal, "web");
            Browser ann = portal.signedIn("ann");
            Answer before = web.redeem(web.code(ann));
            String oldKey = Jwts.parse(before.text("id_token")).getHeader().getKeyID();
            Browser management = new Browser(portal.managementUrl());
            assertThat(management.post("/keys/rotate").status())
                    .as("a page elsewhere could send that")
                    .isEqualTo(403);

            Answer rotated = management.header("X-Requested-By", "test").post("/keys/rotate?now=1");

            assertThat(rotated.status()).isEqualTo(200);
            Answer after = web.redeem(web.code(ann));
            String newKey = Jwts.parse(after.text("id_token")).getHeader().getKeyID();
            assertThat(newKey).isNotEqualTo(oldKey);
            assertThat(portal.browser().get("/oauth2/jwks").body()).contains(oldKey, newKey);
            assertThat(web.post("/oauth2/introspect", "token", before.text("access_token"))
                            .json())
                    .containsEntry("active", true);
            assertThat(ann.get("/oauth2/logout?id_token_hint=" + before.text("id_token"))
                            .location())
                    .startsWith("/signed-out");
        }
    }
}
