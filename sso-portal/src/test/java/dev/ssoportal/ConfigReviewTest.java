package dev.ssoportal;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.ssoportal.crypto.KeyPairs;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code check} says of a configuration without mistakes. */
class ConfigReviewTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    /** Nothing to warn of. */
    private static final String SOUND = """
            server:
              base-url: https://sso.example
              trusted-proxies: [10.0.0.1]
            database: {url: "jdbc:postgresql://db.example/portal"}
            tokens: {}
            registration: {}
            local-accounts:
              - username: ann
                password-hash: $argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY
                roles: [staff]
            identity-providers:
              - {id: corp, issuer: "https://login.example", client-id: portal}
            applications:
              - id: wiki
                redirect-uris: [https://wiki.example/callback]
                backchannel-logout-uri: https://wiki.example/logout
                require-pkce: true
                secrets: [{sha256: SECRET}]
                access: {roles: [staff]}
            """.replace("SECRET", SecretHash.of("a secret of the wiki's own"));

    @TempDir
    private Path folder;

    private ConfigReview review(String yaml) throws IOException {
        Files.writeString(folder.resolve("portal.yaml"), yaml);
        return new ConfigReview(PortalConfig.load(folder, Map.of()), NOW);
    }

    @Test
    void hasNothingToSayOfASoundConfiguration() throws IOException {
        assertThat(review(SOUND).weaknesses()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            trusted-proxies: [10.0.0.1]   | address: 127.0.0.1                  | server.trusted-proxies: is empty
            trusted-proxies: [10.0.0.1]   | trusted-proxies: [0.0.0.0/0]        | server.trusted-proxies: believes everybody
            database: {url: "jdbc:postgresql://db.example/portal"} | database: {} | database.url: is not given
            registration: {}              | registration: {mode: open}          | registration.mode: is open
            registration: {}              | registration: {private-addresses: true} | registration.private-addresses: lets registered apps make the portal call private networks
            registration: {}              | registration: {client-id-documents: true} | registration.client-id-documents: lets anybody bring an app
            tokens: {}                    | tokens: {access-token-lifetime: 2h} | tokens.access-token-lifetime: is longer than 60 minutes
            tokens: {}                    | tokens: {code-lifetime: 11m}        | tokens.code-lifetime: is longer than 10 minutes
            tokens: {}                    | tokens: {refresh-retry-grace: 2m}   | tokens.refresh-retry-grace: is longer than 1 minutes
            m=19456,t=2                   | m=4096,t=20                         | local account ann: its password hash is cheap to guess
            m=19456,t=2                   | m=12288,t=2                         | local account ann: its password hash is cheap to guess
            MDEyMzQ1Njc4OWFiY2RlZg$       | +/Dk2mBAd4V0ElyMv5XvAQ$             | local account ann: its password is that of the example
            client-id: portal             | client-id: portal, trust-email: true, link-by-verified-email: true | identity provider corp: may take over any account
            'issuer: "https://login.example", client-id: portal' | type: saml, metadata: partner.xml | identity provider corp: its metadata
            require-pkce: true            | require-pkce: false                 | application wiki: a stolen code needs no proof
            require-pkce: true            | profile: legacy                     | application wiki: profile legacy takes the secret from a form as well
            require-pkce: true            | icon: wiki.svg                      | application wiki: its icon wiki.svg is not among the assets
            require-pkce: true            | acr-values: [urn:example:gold]      | application wiki: nobody can open it
            require-pkce: true            | authentication: client-secret-post  | application wiki: its secret is in the body of requests
            require-pkce: true            | description: a wiki                 | application wiki: a stolen code needs no proof
            backchannel-logout-uri: https://wiki.example/logout | category: Work | application wiki: does not hear reliably of the end of a session
            https://wiki.example/callback | http://localhost:8000/callback      | application wiki: the redirect URI http://localhost:8000/callback depends on what resolves localhost
            tokens: {}                    | 'administrators: {roles: [boss]}'   | administrators: nobody is ever given the role boss
            'access: {roles: [staff]}'    | 'access: {roles: [boss]}'           | application wiki: nobody is ever given the role boss
            }]                            | , created: 2024-01-01}]             | application wiki: has a secret that is older than 2 years
            }]                            | , expires: 2026-11-20}]             | application wiki: its last secret expires within 30 days
            }]                            | , expires: 2026-10-20}]             | application wiki: all its secrets have expired
            """)
    void warnsOf(String sound, String weak, String warning) throws IOException {
        assertThat(SOUND).contains(sound);

        assertThat(review(SOUND.replace(sound, weak)).weaknesses())
                .anySatisfy(weakness -> assertThat(weakness).startsWith(warning));
    }

    @Test
    void warnsOfKeysThatTheProfileDoesNotTake() throws IOException {
        JWK rs256 = KeyPairs.generate(JWSAlgorithm.RS256, "rs256");
        JWK es256 = KeyPairs.generate(JWSAlgorithm.ES256, "es256");
        String fapi = SOUND.replaceAll("secrets:.*", "profile: fapi2\n    jwks: 'KEYS'");

        assertThat(review(fapi.replace("KEYS", new JWKSet(rs256).toString(true)))
                        .weaknesses())
                .containsExactly("application wiki: none of its keys fits what it may sign with, ES256, EdDSA, PS256:"
                        + " it cannot authenticate");
        assertThat(review(fapi.replace("KEYS", new JWKSet(List.of(rs256, es256)).toString(true)))
                        .weaknesses())
                .isEmpty();
    }

    @Test
    void warnsOfRedirectsThatAnyAppOnTheDeviceMayClaim() throws IOException {
        String yaml = SOUND.replace("https://wiki.example/callback", "com.example.wiki:/callback")
                .replaceAll("secrets:.*", "profile: native");

        assertThat(review(yaml).weaknesses())
                .singleElement()
                .asString()
                .startsWith("application wiki: the redirect URI com.example.wiki:/callback can be claimed");
    }

    @Test
    void warnsOfWhatTheShippedExampleHasToHaveReplaced() {
        ConfigReview review = new ConfigReview(PortalConfig.load(Path.of("..", "config"), Map.of()), NOW);

        assertThat(review.weaknesses())
                .containsExactly(
                        "local account ann: its password is that of the example, which everybody knows",
                        "application wiki: its secret is that of the example, which everybody knows; \"new-secret\" makes another",
                        "service account nightly-report: its secret is that of the example, which everybody knows; \"new-secret\" makes another");
    }

    @Test
    void saysWhatEachClientMayDo() throws IOException {
        assertThat(review(SOUND).explanation()).isEqualTo("""
                application wiki
                  proves who it is by a secret, client-secret-basic; secrets that are good: 1
                  follows the profile standard
                  signs people in by an authorization code that is sent to https://wiki.example/callback
                  its requests come by way of the browser or pushed, need no signature, need PKCE by S256
                  gets refresh tokens, which change with every use
                  may ask for email, groups, offline_access, openid, profile
                  asks people for consent: never
                  is open to roles staff
                  hears of the end of a session at https://wiki.example/logout
                  gets ID tokens signed with RS256
                  gets access tokens that are bound to nothing, unless it sends a DPoP proof
                """);
    }

    @Test
    void explainsEveryKindOfClient() throws IOException {
        String explanation = review("server: {base-url: \"http://127.0.0.1:8080\"}\n" + Fixtures.localAccounts()
                        + Fixtures.catalog())
                .explanation();

        assertThat(explanation)
                .contains("is public: nothing proves who it is")
                .contains("proves who it is by a signature of its key")
                .contains("signs people in on devices without a browser")
                .contains("its requests have to be pushed, need no signature, need PKCE by S256")
                .contains("gets access tokens that are bound to its key (DPoP)");
    }
}
