package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** OpenID Connect Core, section 9; RFC 6749, 2.3 and 5.2; RFC 7523, section 3. */
class ClientAuthenticationTest extends SharedPortal {
    private static final String BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static Answer withAssertion(String assertion) {
        return portal.browser()
                .post(
                        "/oauth2/token",
                        "grant_type",
                        "client_credentials",
                        "resource",
                        Fixtures.ORDERS,
                        "client_assertion_type",
                        BEARER,
                        "client_assertion",
                        assertion);
    }

    private static String assertion(String clientId, String audience, Duration life, ECKey key) {
        return FakeRelyingParty.assertion(
                clientId, audience, Instant.now().plus(life), UUID.randomUUID().toString(), key);
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text("error")).isEqualTo("invalid_client");
        assertThat(answer.text("error_description")).isEqualTo("Client authentication failed");
    }

    @Test
    void refusesAWrongSecretAndAnUnknownClientInTheSameWords() {
        Answer wrong = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("batch", "wrong"))
                .post("/oauth2/token", "grant_type", "client_credentials");
        Answer unknown = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("nobody", "wrong"))
                .post("/oauth2/token", "grant_type", "client_credentials");

        assertRefused(wrong);
        assertThat(wrong.header("WWW-Authenticate").orElseThrow()).startsWith("Basic ");
        assertThat(unknown.status()).isEqualTo(wrong.status());
        assertThat(unknown.body()).isEqualTo(wrong.body());
    }

    @Test
    void refusesASecretInTheBodyOfAClientRegisteredForTheHeader() {
        assertRefused(portal.browser()
                .post(
                        "/oauth2/token",
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        "batch",
                        "client_secret",
                        Fixtures.SECRET));
    }

    @Test
    void refusesTwoMethodsAtOnce() {
        Answer answer = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("batch", Fixtures.SECRET))
                .post(
                        "/oauth2/token",
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        "batch",
                        "client_secret",
                        Fixtures.SECRET);

        assertThat(answer.status()).isBetween(400, 401);
        assertThat(answer.json()).doesNotContainKey("access_token");
    }

    @Test
    void refusesAConfidentialClientThatOnlyNamesItself() {
        Answer answer = portal.browser()
                .post(
                        "/oauth2/token",
                        "grant_type",
                        "authorization_code",
                        "code",
                        "x",
                        "redirect_uri",
                        "https://a.example",
                        "client_id",
                        "web");

        assertRefused(answer);
    }

    @Test
    void takesAHeaderWithAnEmptySecretForAName() {
        String[] form = {"grant_type", "authorization_code", "code", "x", "redirect_uri", "https://a.example"};

        Answer asPublic = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("spa", ""))
                .post("/oauth2/token", form);
        Answer asConfidential = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("web", ""))
                .post("/oauth2/token", form);

        assertThat(asPublic.text("error")).isEqualTo("invalid_grant");
        assertRefused(asConfidential);
    }

    @Test
    void refusesAPublicClientThatSendsASecret() {
        Answer answer = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("spa", Fixtures.SECRET))
                .post(
                        "/oauth2/token",
                        "grant_type",
                        "authorization_code",
                        "code",
                        "x",
                        "redirect_uri",
                        "https://a.example");

        assertRefused(answer);
    }

    @Test
    void acceptsAnAssertionForTheIssuerOrTheTokenEndpoint() {
        for (String audience : new String[] {portal.baseUrl(), portal.baseUrl() + "/oauth2/token"}) {
            assertThat(withAssertion(assertion("robot", audience, Duration.ofMinutes(1), Fixtures.CLIENT_KEY))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void refusesAnAssertionThatIsUsedAgain() {
        String once = assertion("robot", portal.baseUrl(), Duration.ofMinutes(1), Fixtures.CLIENT_KEY);
        assertThat(withAssertion(once).status()).isEqualTo(200);

        assertRefused(withAssertion(once));
    }

    @Test
    void refusesAnAssertionForAnotherAudience() {
        assertRefused(
                withAssertion(assertion("robot", "https://evil.example", Duration.ofMinutes(1), Fixtures.CLIENT_KEY)));
    }

    @Test
    void refusesAnExpiredAssertion() {
        assertRefused(withAssertion(assertion("robot", portal.baseUrl(), Duration.ofMinutes(-1), Fixtures.CLIENT_KEY)));
    }

    @Test
    void refusesAnAssertionThatLivesTooLong() {
        assertRefused(withAssertion(assertion("robot", portal.baseUrl(), Duration.ofHours(1), Fixtures.CLIENT_KEY)));
    }

    @Test
    void refusesAnAssertionOfAnotherKey() {
        assertRefused(withAssertion(
                assertion("robot", portal.baseUrl(), Duration.ofMinutes(1), Fixtures.ecKey("client-key"))));
    }

    @Test
    void refusesAnUnsignedAssertion() {
        String plain = new PlainJWT(claims()).serialize();

        Answer answer = withAssertion(plain);

        assertThat(answer.status()).isBetween(400, 401);
        assertThat(answer.json()).doesNotContainKey("access_token");
    }

    @Test
    void refusesAnAssertionMadeWithThePublicKeyAsSharedSecret() throws Exception {
        SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims());
        jwt.sign(new MACSigner(Fixtures.CLIENT_KEY.toPublicJWK().toJSONString()));

        Answer answer = withAssertion(jwt.serialize());

        assertThat(answer.status()).isBetween(400, 401);
        assertThat(answer.json()).doesNotContainKey("access_token");
    }

    private static JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder()
                .issuer("robot")
                .subject("robot")
                .audience(portal.baseUrl())
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build();
    }

    @Test
    void refusesASecretForAClientRegisteredWithKeys() {
        assertRefused(portal.browser()
                .header("Authorization", FakeRelyingParty.basic("robot", Fixtures.SECRET))
                .post("/oauth2/token", "grant_type", "client_credentials", "resource", Fixtures.ORDERS));
    }

    @Test
    void acceptsEachOfSeveralSecretsUntilItExpires() {
        String old = "old-secret-with-plenty-of-entropy-012345678901";
        TestPortal.Builder builder = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml("""
                apis:
                  - audience: https://orders.example
                    roles: [{name: "r"}]
                service-accounts:
                  - id: batch
                    secrets:
                      - {sha256: %s, created: 2026-01-01}
                      - {sha256: %s, expires: %s}
                    roles: {"https://orders.example": [r]}
                """.formatted(
                                SecretHash.of(Fixtures.SECRET),
                                SecretHash.of(old),
                                Instant.now().plus(Duration.ofHours(1))));
        try (TestPortal own = builder.build()) {
            assertThat(tokenStatus(own, Fixtures.SECRET)).isEqualTo(200);
            assertThat(tokenStatus(own, old)).isEqualTo(200);

            own.clock().pass(Duration.ofHours(2));

            assertThat(tokenStatus(own, Fixtures.SECRET)).isEqualTo(200);
            assertThat(tokenStatus(own, old)).isEqualTo(401);
        }
    }

    private static int tokenStatus(TestPortal own, String secret) {
        Browser caller = own.browser().header("Authorization", FakeRelyingParty.basic("batch", secret));
        return caller.post("/oauth2/token", "grant_type", "client_credentials").status();
    }
}
