package dev.ssoportal.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.ssoportal.config.ClusterConfig;
import dev.ssoportal.config.SigningAlgorithm;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.Account;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.RequestedClaims;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** One valid default of everything: two people, five apps, two APIs, two service accounts. */
public final class Fixtures {
    public static final String PASSWORD = "correct horse battery staple";
    public static final String SECRET = "test-client-secret-with-plenty-of-entropy-0123";
    public static final String ORDERS = "https://orders.example";
    public static final String INVENTORY = "https://inventory.example";
    public static final String CALLBACK = "http://127.0.0.1:9/callback";
    public static final String LANDING = "http://127.0.0.1:9/landed";

    /** The key pair of the clients that authenticate by private_key_jwt. */
    public static final ECKey CLIENT_KEY = ecKey("client-key");

    private static final String PASSWORD_HASH = hash(PASSWORD, 64, 1);

    private Fixtures() {}

    public static ECKey ecKey(String keyId) {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(keyId)
                    .algorithm(JWSAlgorithm.ES256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A real Argon2id hash; low costs do not slow the tests. */
    public static String hash(String password, int kibibytes, int iterations) {
        byte[] salt = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withSalt(salt)
                .withMemoryAsKB(kibibytes)
                .withIterations(iterations)
                .withParallelism(1)
                .build());
        byte[] hash = new byte[32];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + kibibytes + ",t=" + iterations + ",p=1$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
    }

    public static TokenConfig tokens() {
        return new TokenConfig(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                Duration.ofDays(30),
                Duration.ofSeconds(10),
                Duration.ofDays(90),
                Duration.ofDays(30),
                false,
                List.of(SigningAlgorithm.values()),
                SigningAlgorithm.ES256);
    }

    /** A cluster that nobody can join. */
    public static ClusterConfig oneMember(String name) {
        return new ClusterConfig(name, "127.0.0.1", 0, List.of(), Optional.empty(), Duration.ofSeconds(5), 1);
    }

    /** A person of whom little is known. */
    public static Account account(String id, String provider, Instant createdAt) {
        return new Account(
                id,
                "ann",
                "Ann",
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                provider,
                Map.of(),
                createdAt,
                Optional.empty(),
                false);
    }

    /** What she has granted to the app {@code web}, in the session {@code session}. */
    public static Authorization grant(String grantId, String accountId, Instant at) {
        return new Authorization(
                grantId,
                "web",
                accountId,
                "session",
                Set.of("openid", "offline_access"),
                List.of(),
                RequestedClaims.NONE,
                List.of(),
                at,
                Optional.empty(),
                List.of("pwd"),
                Optional.empty(),
                Optional.empty(),
                at);
    }

    /** Ann is staff and an engineer, Bob is staff only. */
    public static String localAccounts() {
        return """
                local-accounts:
                  - username: ann
                    password-hash: %1$s
                    name: Ann Example
                    email: ann@example.com
                    locale: en
                    groups: [everybody]
                    roles: [staff, engineer]
                    details:
                      given_name: Ann
                      family_name: Example
                      nickname: annie
                      birthdate: 1990-01-31
                      zoneinfo: Europe/Berlin
                      phone_number: +49 30 1234567
                      phone_number_verified: true
                      address.locality: Berlin
                      address.country: DE
                  - username: bob
                    password-hash: %1$s
                    name: Bob Example
                    email: bob@example.com
                    roles: [staff]
                """.formatted(PASSWORD_HASH);
    }

    /** Apps: a confidential one, a public one, a third party's, one with keys, one only for engineers. */
    public static String catalog() {
        return """
                applications:
                  - id: web
                    name: Web shop
                    description: Buy things
                    description-de: Dinge kaufen
                    category: Sales
                    launch-url: http://127.0.0.1:9/shop
                    redirect-uris: [%1$s]
                    post-logout-redirect-uris: [%2$s]
                    secrets: [{sha256: %3$s}]
                    scopes: [openid, profile, email, address, phone, groups, offline_access, orders, inventory]
                    authorization-details: [payment]
                  - id: spa
                    name: Single page
                    authentication: none
                    launch-url: http://127.0.0.1:9/spa
                    redirect-uris: [%1$s]
                    scopes: [openid, profile, offline_access]
                  - id: partner
                    name: Partner tool
                    authentication: client-secret-post
                    first-party: false
                    redirect-uris: [%1$s]
                    secrets: [{sha256: %3$s}]
                    scopes: [openid, profile, email, orders]
                  - id: keyed
                    name: Keyed app
                    authentication: private-key-jwt
                    jwks: '%4$s'
                    redirect-uris: [%1$s]
                  - id: fapi
                    name: Bank
                    profile: fapi2
                    jwks: '%4$s'
                    redirect-uris: [%1$s]
                    scopes: [openid, profile, offline_access, orders]
                  - id: tv
                    name: Television
                    authentication: none
                    grants: [device_code, refresh_token]
                    scopes: [openid, profile, offline_access, orders, inventory]
                  - id: native
                    name: On a phone
                    profile: native
                    redirect-uris: ["http://127.0.0.1/callback", "http://[::1]/callback", "com.example.app:/callback"]
                  - id: old
                    name: Old app
                    profile: legacy
                    redirect-uris: [%1$s]
                    secrets: [{sha256: %3$s}]
                  - id: workshop
                    name: Workshop
                    launch-url: http://127.0.0.1:9/workshop
                    redirect-uris: [%1$s]
                    secrets: [{sha256: %3$s}]
                    access: {roles: [engineer]}
                apis:
                  - audience: %5$s
                    scopes: [orders]
                    authorization-details:
                      - {type: payment, description: Make a payment, fields: [amount, to]}
                    roles:
                      - {name: "orders:read", granted-to: {roles: [staff]}}
                      - {name: "orders:write", granted-to: {roles: [engineer]}}
                  - audience: %6$s
                    scopes: [inventory]
                    roles:
                      - {name: "inventory:read", granted-to: {roles: [staff]}}
                      - {name: "inventory:sync"}
                service-accounts:
                  - id: batch
                    secrets: [{sha256: %3$s}]
                    scopes: [orders]
                    roles:
                      %5$s: ["orders:read"]
                  - id: robot
                    authentication: private-key-jwt
                    jwks: '%4$s'
                    scopes: [orders, inventory]
                    roles:
                      %5$s: ["orders:read", "orders:write"]
                      %6$s: ["inventory:read"]
                """.formatted(
                        CALLBACK,
                        LANDING,
                        SecretHash.of(SECRET),
                        new JWKSet(CLIENT_KEY.toPublicJWK()).toString(),
                        ORDERS,
                        INVENTORY);
    }
}
