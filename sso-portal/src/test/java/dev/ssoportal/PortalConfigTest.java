package dev.ssoportal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.JWKSet;
import dev.ssoportal.config.ConfigException;
import dev.ssoportal.config.ConfigFile;
import dev.ssoportal.config.ConfigProblem;
import dev.ssoportal.config.SigningAlgorithm;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortalConfigTest {
    private static final String MINIMAL = """
            server:
              base-url: https://sso.example
            local-accounts:
              - username: ann
                password-hash: $argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY
            """;

    @TempDir
    private Path folder;

    private PortalConfig load(String yaml, Map<String, String> environment) {
        try {
            Files.writeString(folder.resolve("portal.yaml"), yaml);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return PortalConfig.load(folder, environment);
    }

    private List<ConfigProblem> problems(String yaml) {
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> load(yaml, Map.of("EMPTY", "")));
        assertThat(failure).as("the configuration has a mistake").isNotNull();
        return failure.problems();
    }

    @Test
    void loadsTheConfigurationThatIsShipped() {
        PortalConfig config = PortalConfig.load(Path.of("..", "config"), Map.of());

        assertThat(config.applications()).hasSize(1);
        assertThat(config.localAccounts()).hasSize(1);
    }

    @Test
    void needsOnlyAUrlAndSomebodyWhoCanSignIn() {
        assertThat(load(MINIMAL, Map.of()).server().port()).isEqualTo(8080);
    }

    @Test
    void findsEveryMistakeAtOnceWithLineAndSuggestion() {
        List<ConfigProblem> problems = problems("""
                server:
                  base-url: http://sso.example
                  prot: 8080
                session:
                  absolute-timout: 1h
                  idle-timeout: forever
                identity-providers:
                  - id: corp
                    issuer: https://corp.example
                    client-id: x
                    client-secret: plain-text
                  - id: corp
                    issuer: https://corp.example
                    client-id: x
                    client-secret: ${env:MISSING}
                applications:
                  - id: web
                    redirect-uris: ["http://evil.example/callback"]
                """);

        assertThat(problems)
                .extracting(problem -> problem.line() + " " + problem.path() + ": " + problem.message())
                .containsExactly(
                        "2 server.base-url: must be https (http is allowed for loopback only)",
                        "3 server.prot: unknown key; did you mean \"port\"?",
                        "5 session.absolute-timout: unknown key; did you mean \"absolute-timeout\"?",
                        "6 session.idle-timeout: must be a duration such as 30s, 15m, 8h or 30d, not \"forever\"",
                        "11 identity-providers[0].client-secret: a secret does not belong in this file; use ${env:NAME} or ${file:PATH}",
                        "12 identity-providers[1].id: \"corp\" is used twice",
                        "15 identity-providers[1].client-secret: environment variable MISSING is not set",
                        "17 applications[0].secrets: is missing; \"new-secret\" makes one",
                        "18 applications[0].redirect-uris[0]: must be https (http is allowed for loopback only)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "a: b: c", "- x", "just text", "a: 1\na: 2", "a: &x [*x]", "a: \"\\q\""})
    void saysWhatIsWrongWithFilesThatAreNotYaml(String yaml) {
        assertThat(problems(yaml))
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.line()).isPositive());
    }

    @Test
    void saysWhenThereIsNoFile() {
        ConfigException failure = catchThrowableOfType(
                ConfigException.class, () -> PortalConfig.load(folder.resolve("nowhere"), Map.of()));

        assertThat(failure.getMessage()).contains("portal.yaml: 1 problem").contains("no such file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "service-accounts: [{id: b, secrets: [{value: '${env:EMPTY}'}], roles: {x: [y]}}] | the secret is empty",
                "service-accounts: [{id: b, secrets: [{sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'}], roles: {x: [y]}}] | must be 64 hex digits",
                "service-accounts: [{id: b, authentication: none, roles: {x: [y]}}] | has to prove who it is",
                "service-accounts: [{id: b, secrets: [{sha256: x}], roles: {x: [y]}}] | must be 64 hex digits",
                "service-accounts: [{id: b, authentication: private-key-jwt, jwks: '{', roles: {x: [y]}}] | is not a JWK set",
                "service-accounts: [{id: b, authentication: private-key-jwt, roles: {x: [y]}}] | give jwks or jwks-uri",
                "service-accounts: [{id: b, authentication: private-key-jwt, jwks: '{\"keys\":[]}', roles: {x: [y]}}] | no API has the audience",
                "master-key: '${env:EMPTY}' | at least 32 characters",
                "cluster: {members: [a, b]} | members of a cluster share a database",
                "server2: {} | unknown key",
                "brand: {accent: red} | must be a colour",
                "database: {url: 'jdbc:mysql://x'} | must start with jdbc:postgresql: or jdbc:h2:",
                "database: {pool-size: 0} | must be a whole number from 1 to 1000",
                "database: [] | must be a mapping",
                "apis: {} | must be a list",
                "brand: {name: a, name: b} | stands twice; first in line 6",
                "tokens: {signing-algorithms: [rs256, hs256]} | must be one of rs256, ps256, es256, eddsa",
                "tokens: {signing-algorithms: [es256]} | must contain rs256",
                "tokens: {signing-algorithms: []} | must contain rs256",
                "tokens: {signing-algorithms: [rs256], access-token-algorithm: es256} | must contain the access-token-algorithm, ES256",
                "applications: [{id: x, authentication: none, redirect-uris: ['https://x.example/'], request-uris: ['http://x.example/']}] | must be https",
                "applications: [{id: x, authentication: none, redirect-uris: ['https://x.example/'], request-uris: ['https://x.example/']}] | needs jwks or jwks-uri",
                "applications: [{id: x, profile: fapi2, redirect-uris: ['https://x.example/'], request-uris: ['https://x.example/']}] | would never be used",
                "registration: {scopes: [nope]} | names the scope",
                "registration: {require-software-statement: true} | nobody could register",
                "registration: {software-statements: [{issuer: a, jwks: '{'}]} | is not a JWK set",
                "registration: {software-statements: [{issuer: a}]} | is missing",
                "service-accounts: [{id: b, authentication: private-key-jwt, jwks: '{\"keys\":[null]}', roles: {x: [y]}}] | is not a JWK set",
                "registration: {software-statements: [{issuer: a, jwks: '{\"keys\":[null]}'}]} | is not a JWK set",
                "registration: {software-statements: [{issuer: a, jwks: '{\"keys\":[]}'}]} | has no public key",
                "applications: [{id: a, redirect-uris: ['com.example.app:/cb^x'], profile: native}] | a domain name in reverse",
                "applications: [{id: a, redirect-uris: ['https://a.example/c'], profile: fapi2, require-pkce: false}] | must not be false",
                "applications: [{id: a, redirect-uris: ['https://a.example/c'], profile: spa, secrets: [{sha256: x}]}] | would never be used",
                "applications: [{id: a, redirect-uris: ['myapp://callback'], profile: native}] | a domain name in reverse",
                "applications: [{id: a, redirect-uris: ['com.example.a:/c'], authentication: none}] | needs profile: native",
                "applications: [{id: a, grants: [refresh_token], authentication: none}] | nothing to refresh",
                "identity-providers: [{id: local, issuer: 'https://x.example', client-id: y}] | is used twice",
                "identity-providers: [{id: A b, issuer: 'https://x.example', client-id: y}] | must be 1 to 64 of",
                "identity-providers: [{id: x, issuer: 'https://u@x.example', client-id: y}] | without user and fragment",
                "identity-providers: [{id: x, type: kerberos}] | must be one of oidc, saml",
                "identity-providers: [{id: x, type: saml}] | is missing",
                "identity-providers: [{id: x, issuer: 'https://x.example', client-id: y, roles: [{claim: g, roles: [r]}]}] | give one of equals, contains and pattern",
                "identity-providers: [{id: x, issuer: 'https://x.example', client-id: y, roles: [{claim: g, pattern: '(', roles: [r]}]}] | is not a regular expression",
            })
    void refusesWhatCouldNotBeMeant(String yaml, String message) {
        assertThat(problems(MINIMAL + yaml + "\n"))
                .anySatisfy(problem -> assertThat(problem.message()).contains(message));
    }

    @Test
    void takesWhatIsNamedTwiceOnce() {
        assertThat(load(MINIMAL + "tokens: {signing-algorithms: [rs256, RS256, es256]}\n", Map.of())
                        .tokens()
                        .signingAlgorithms())
                .containsExactly(SigningAlgorithm.RS256, SigningAlgorithm.ES256);
    }

    @Test
    void refusesAnAlgorithmThatThereAreNoKeysFor() {
        assertThat(problems(MINIMAL + """
                        tokens: {signing-algorithms: [rs256, es256]}
                        applications:
                          - id: x
                            authentication: none
                            id-token-algorithm: ps256
                            redirect-uris: ["https://x.example/"]
                        """))
                .extracting(ConfigProblem::message)
                .containsExactly(
                        "\"x\" has the id-token-algorithm PS256, which is not among tokens.signing-algorithms");
    }

    @Test
    void refusesTrustedProxiesThatAreNoAddresses() {
        assertThat(problems(MINIMAL.replace(
                        "local-accounts", "  trusted-proxies: [proxy.example, 10.0.0.0/99]\nlocal-accounts")))
                .hasSize(1);
    }

    @Test
    void refusesAPortalNobodyCanSignInTo() {
        assertThat(problems("server: {base-url: 'https://sso.example'}"))
                .extracting(ConfigProblem::message)
                .containsExactly("nobody could sign in; declare identity-providers or local-accounts");
    }

    @Test
    void neverShowsASecret() {
        PortalConfig config = load(MINIMAL + """
                identity-providers:
                  - {id: x, issuer: "https://x.example", client-id: y, client-secret: "${env:S}"}
                """, Map.of("S", "very-secret"));

        assertThat(config.toString()).doesNotContain("very-secret").contains("[secret]");
    }

    @Test
    void opensTheKeyStoreAtOnce() throws Exception {
        TestCertificate.selfSigned("CN=x", "x").keyStore(folder.resolve("x.p12"));
        String yaml = MINIMAL.replace("server:", "server:\n  tls: {key-store: x.p12, password: \"${env:PASSWORD}\"}");

        assertThat(load(yaml, Map.of("PASSWORD", "changeit")).server().tls()).isPresent();
        assertThatThrownBy(() -> load(yaml, Map.of("PASSWORD", "wrong")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("server.tls.key-store: is no PKCS#12 file that the password opens");
        assertThatThrownBy(() -> load(yaml.replace("x.p12", "y.p12"), Map.of("PASSWORD", "changeit")))
                .hasMessageContaining("server.tls.key-store: is not a file");
    }

    @Test
    void documentsEveryKey() throws Exception {
        TestCertificate.selfSigned("CN=x", "x").keyStore(folder.resolve("x.p12"));
        Files.writeString(
                folder.resolve("portal.yaml"),
                MINIMAL.replace("server:", "server:\n  tls: {key-store: x.p12, password: \"${env:S}\"}")
                        + """
                administrators: {roles: [admin]}
                registration:
                  software-statements: [{issuer: "https://x.example", jwks: '%s'}]
                identity-providers:
                  - {id: a, issuer: "https://x.example", client-id: y, roles: [{claim: g, contains: x, roles: [r]}]}
                  - {id: b, type: saml, metadata: "https://x.example/metadata"}
                """.formatted(new JWKSet(Fixtures.CLIENT_KEY.toPublicJWK()))
                        + Fixtures.catalog());
        Set<String> keys =
                new ConfigFile(folder.resolve("portal.yaml"), Map.of("S", "changeit")).keysKnownTo(PortalConfig::read);

        String documentation = Files.readString(Path.of("..", "docs", "configuration.md"));

        assertThat(keys)
                .hasSizeGreaterThan(100)
                .allSatisfy(key -> assertThat(documentation).contains("`" + key + "`"));
    }
}
