package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import org.junit.jupiter.api.Test;

/** RFC 6749, 4.4; RFC 9068; RFC 8707. */
class ClientCredentialsTest extends SharedPortal {
    private final FakeRelyingParty batch = new FakeRelyingParty(portal, "batch");
    private final FakeRelyingParty robot = new FakeRelyingParty(portal, "robot");

    @Test
    void givesAServiceAccountATokenForTheOnlyApiItMayCall() throws Exception {
        Answer answer = batch.token("grant_type", "client_credentials", "scope", "orders");

        JWTClaimsSet claims = SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("batch");
        assertThat(claims.getStringClaim("client_id")).isEqualTo("batch");
        assertThat(claims.getAudience()).containsExactly(Fixtures.ORDERS);
        assertThat(claims.getStringListClaim("roles")).containsExactly("orders:read");
        assertThat(claims.getClaims()).doesNotContainKeys("sid", "auth_time", "name");
        assertThat(answer.json()).doesNotContainKeys("refresh_token", "id_token");
    }

    @Test
    void givesTheRolesOfTheApiAskedForByResourceOrAudience() throws Exception {
        for (String parameter : new String[] {"resource", "audience"}) {
            Answer answer = robot.token("grant_type", "client_credentials", parameter, Fixtures.INVENTORY);

            JWTClaimsSet claims = SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
            assertThat(claims.getAudience()).containsExactly(Fixtures.INVENTORY);
            assertThat(claims.getStringListClaim("roles")).containsExactly("inventory:read");
        }
    }

    @Test
    void refusesToGuessTheApi() {
        assertThat(robot.token("grant_type", "client_credentials").text("error"))
                .isEqualTo("invalid_target");
    }

    @Test
    void refusesAnApiTheAccountMayNotCall() {
        assertThat(batch.token("grant_type", "client_credentials", "resource", Fixtures.INVENTORY)
                        .text("error"))
                .isEqualTo("invalid_target");
        assertThat(batch.token("grant_type", "client_credentials", "resource", "https://unknown.example")
                        .text("error"))
                .isEqualTo("invalid_target");
    }

    @Test
    void refusesAScopeTheAccountMayNotHave() {
        assertThat(batch.token("grant_type", "client_credentials", "scope", "orders inventory")
                        .text("error"))
                .isEqualTo("invalid_scope");
    }

    @Test
    void refusesApps() {
        assertThat(new FakeRelyingParty(portal, "web")
                        .token("grant_type", "client_credentials")
                        .text("error"))
                .isEqualTo("unauthorized_client");
    }

    @Test
    void refusesServiceAccountsTheOtherGrants() {
        assertThat(batch.token("grant_type", "authorization_code", "code", "x", "redirect_uri", "https://a.example")
                        .text("error"))
                .isEqualTo("unauthorized_client");
    }
}
