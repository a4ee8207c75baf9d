package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.Registrations;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Registration by software statement: RFC 7591, 2.3. */
class SoftwareStatementTest {
    private static final String PUBLISHER = "https://publisher.example";
    private static final ECKey KEY = Fixtures.ecKey("publisher-key");

    private static TestPortal portal;

    @BeforeAll
    static void start() {
        portal = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .yaml("""
                        registration:
                          mode: open
                          require-software-statement: true
                          software-statements:
                            - issuer: %s
                              jwks: '%s'
                        """.formatted(PUBLISHER, new JWKSet(KEY.toPublicJWK())))
                .build();
    }

    @AfterAll
    static void stop() {
        portal.close();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(PUBLISHER)
                .claim("software_id", "wiki-4")
                .claim("client_name", "Wiki, as published")
                .claim("redirect_uris", List.of(Fixtures.CALLBACK));
    }

    private static Answer register(ECKey key, JWTClaimsSet claims) {
        return Registrations.register(portal, Map.of("software_statement", Jwts.signed(key, claims)));
    }

    @Test
    void believesThePublisherMoreThanTheApp() {
        String statement = Jwts.signed(KEY, claims().build());

        Answer client = Registrations.register(
                portal,
                Map.of(
                        "software_statement",
                        statement,
                        "client_name",
                        "The administration",
                        "redirect_uris",
                        List.of("https://evil.example/callback")));

        assertThat(client.status()).isEqualTo(201);
        assertThat(client.json())
                .containsEntry("software_statement", statement)
                .containsEntry("client_name", "Wiki, as published")
                .containsEntry("redirect_uris", List.of(Fixtures.CALLBACK))
                .doesNotContainKey("iss");
    }

    @Test
    void holdsOnToWhatWasProvenWhenTheStatementExpires() {
        JWTClaimsSet claims = claims().expirationTime(
                        Date.from(portal.clock().instant().plusSeconds(60)))
                .build();
        Answer client = register(KEY, claims);
        assertThat(client.status()).isEqualTo(201);

        portal.clock().pass(Duration.ofMinutes(2));

        assertThat(portal.browser()
                        .header("Authorization", "Bearer " + client.text("registration_access_token"))
                        .get("/oauth2/register/" + client.text("client_id"))
                        .status())
                .isEqualTo(200);
        assertThat(register(KEY, claims).text("error")).isEqualTo("invalid_software_statement");
    }

    @Test
    void refusesStatementsOfOthers() {
        assertThat(register(KEY, claims().issuer("https://other.example").build())
                        .text("error"))
                .isEqualTo("unapproved_software_statement");
        assertThat(register(KEY, claims().issuer(null).build()).text("error"))
                .isEqualTo("unapproved_software_statement");
        assertThat(register(Fixtures.ecKey("publisher-key"), claims().build()).text("error"))
                .as("signed with another key of that name")
                .isEqualTo("invalid_software_statement");
    }

    @Test
    void refusesWhatIsNotValidYet() {
        Date later = Date.from(portal.clock().instant().plusSeconds(3600));

        assertThat(register(KEY, claims().notBeforeTime(later).build()).text("error"))
                .isEqualTo("invalid_software_statement");
    }

    @Test
    void takesNothingElseThatIsSignedWithTheSameKeys() {
        JWTClaimsSet idToken = new JWTClaimsSet.Builder()
                .issuer(PUBLISHER)
                .subject("somebody")
                .audience("https://app.example")
                .build();

        assertThat(register(KEY, idToken).text("error")).isEqualTo("invalid_software_statement");
    }

    @Test
    void refusesWhatIsNoStatement() {
        assertThat(Registrations.register(portal, Map.of("software_statement", "x"))
                        .text("error"))
                .isEqualTo("invalid_software_statement");
        assertThat(Registrations.register(portal, Map.of("software_statement", 7))
                        .text("error"))
                .isEqualTo("invalid_software_statement");
        assertThat(Registrations.register(portal, Map.of("software_statement", "eyJhbGciOiJub25lIn0.e30."))
                        .text("error"))
                .as("without a signature")
                .isEqualTo("invalid_software_statement");
    }

    @Test
    void wantsOneWhereItIsRequired() {
        Answer answer = Registrations.register(portal, Map.of());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("error")).isEqualTo("invalid_client_metadata");
    }
}
