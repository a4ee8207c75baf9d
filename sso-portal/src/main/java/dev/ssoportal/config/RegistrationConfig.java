package dev.ssoportal.config;

import com.nimbusds.jose.jwk.JWKSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether apps may register themselves (RFC 7591), or come with a document about themselves.
 *
 * @param initialTokens hashes of the tokens that let somebody register, where one is needed
 * @param scopes what a registered app may ask for
 * @param maxClients how many there may be
 * @param perHour how many one address may register in an hour
 * @param unusedLifetime after which an app that nobody has ever consented to is forgotten
 * @param privateAddresses whether they may name addresses of private networks for us to call
 * @param secretLifetime how long their secrets are good; absent means for ever
 * @param statementIssuers whose software statements are believed (RFC 7591, 2.3)
 * @param requireSoftwareStatement whether nobody may register without one
 * @param clientIdDocuments whether a {@code client_id} may be the URL of the app's metadata
 * @param clientIdHosts where those may lie; none means anywhere
 */
public record RegistrationConfig(
        Mode mode,
        List<String> initialTokens,
        List<String> scopes,
        int maxClients,
        int perHour,
        Duration unusedLifetime,
        boolean privateAddresses,
        Optional<Duration> secretLifetime,
        List<StatementIssuer> statementIssuers,
        boolean requireSoftwareStatement,
        boolean clientIdDocuments,
        List<String> clientIdHosts) {

    /** Who vouches for software, and the public keys that prove it. */
    public record StatementIssuer(String issuer, JWKSet keys) {
        static StatementIssuer read(Section section) {
            Optional<JWKSet> keys = PublicKeys.read(section, "jwks");
            if (!section.has("jwks")) {
                section.problem("jwks", "is missing");
            } else if (keys.filter(JWKSet::isEmpty).isPresent()) {
                section.problem("jwks", "has no public key");
            }
            return new StatementIssuer(section.string("issuer"), keys.orElseGet(JWKSet::new));
        }
    }

    /** Who may. */
    public enum Mode {
        OFF,
        /** Whoever has an initial access token. */
        BY_TOKEN,
        /** Anybody. */
        OPEN
    }

    public static RegistrationConfig read(Section section) {
        List<String> scopes = section.strings("scopes");
        RegistrationConfig config = new RegistrationConfig(
                section.choice("mode", Mode.class, Mode.OFF),
                section.strings("initial-tokens"),
                scopes.isEmpty() ? List.of("openid", "profile", "email", "address", "phone", "offline_access") : scopes,
                section.integer("max-clients", 1000, 1, 1_000_000),
                section.integer("per-address-and-hour", 60, 1, 1_000_000),
                section.duration("unused-lifetime", Duration.ofDays(7)),
                section.flag("private-addresses", false),
                section.optionalDuration("secret-lifetime"),
                section.sections("software-statements", StatementIssuer::read),
                section.flag("require-software-statement", false),
                section.flag("client-id-documents", false),
                section.strings("client-id-hosts"));
        if (config.requireSoftwareStatement && config.statementIssuers.isEmpty()) {
            section.problem("software-statements", "is missing: nobody could register");
        }
        if (config.mode == Mode.BY_TOKEN && config.initialTokens.isEmpty()) {
            section.problem("initial-tokens", "is missing; \"new-secret\" makes one, of which its sha256 belongs here");
        }
        for (String hash : config.initialTokens) {
            if (!hash.matches("[0-9a-f]{64}")) {
                section.problem("initial-tokens", "must be 64 hex digits each");
            }
        }
        return config;
    }

    public boolean isOn() {
        return mode != Mode.OFF;
    }
}
