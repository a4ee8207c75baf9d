package dev.ssoportal.config;

import com.nimbusds.jose.JWSAlgorithm;
import java.time.Duration;
import java.util.List;

/**
 * How long what we issue is valid, and how access tokens are signed.
 *
 * @param pushedRequestLifetime how long a pushed authorization request waits for the person
 * @param deviceCodeLifetime how long a person may take to allow a device
 * @param deviceInterval how long a device has to wait between two questions
 * @param refreshRetryGrace how long a refresh token that has been used may be presented again, by a client whose answer was lost
 * @param signingKeyLifetime how old a signing key becomes before another takes its place
 * @param signingKeyRetention how long it is published after that
 * @param requireDpopNonces whether a DPoP proof has to have a nonce of ours
 * @param signingAlgorithms what clients can have signed for them; there is a key for each
 * @param accessTokenAlgorithm one of them
 */
public record TokenConfig(
        Duration codeLifetime,
        Duration pushedRequestLifetime,
        Duration deviceCodeLifetime,
        Duration deviceInterval,
        Duration accessTokenLifetime,
        Duration idTokenLifetime,
        Duration refreshTokenLifetime,
        Duration refreshRetryGrace,
        Duration signingKeyLifetime,
        Duration signingKeyRetention,
        boolean requireDpopNonces,
        List<SigningAlgorithm> signingAlgorithms,
        SigningAlgorithm accessTokenAlgorithm) {

    public static TokenConfig read(Section section) {
        TokenConfig config = new TokenConfig(
                section.duration("code-lifetime", Duration.ofSeconds(60)),
                section.duration("pushed-request-lifetime", Duration.ofSeconds(60)),
                section.duration("device-code-lifetime", Duration.ofMinutes(10)),
                section.duration("device-interval", Duration.ofSeconds(5)),
                section.duration("access-token-lifetime", Duration.ofMinutes(5)),
                section.duration("id-token-lifetime", Duration.ofMinutes(5)),
                section.duration("refresh-token-lifetime", Duration.ofDays(30)),
                section.duration("refresh-retry-grace", Duration.ofSeconds(10)),
                section.duration("signing-key-lifetime", Duration.ofDays(90)),
                section.duration("signing-key-retention", Duration.ofDays(30)),
                section.flag("require-dpop-nonces", false),
                section.choices("signing-algorithms", SigningAlgorithm.class),
                section.choice("access-token-algorithm", SigningAlgorithm.class, SigningAlgorithm.ES256));
        if (!config.signingAlgorithms.contains(SigningAlgorithm.RS256)) {
            section.problem("signing-algorithms", "must contain rs256 (OpenID Connect Discovery, section 3)");
        }
        if (!config.signingAlgorithms.contains(config.accessTokenAlgorithm)) {
            section.problem(
                    section.has("access-token-algorithm") ? "access-token-algorithm" : "signing-algorithms",
                    "signing-algorithms must contain the access-token-algorithm, " + config.accessTokenAlgorithm.jws());
        }
        return config;
    }

    /** The algorithms as they stand in headers and metadata. */
    public List<JWSAlgorithm> jwsAlgorithms() {
        return signingAlgorithms.stream().map(SigningAlgorithm::jws).toList();
    }

    /** Of the tokens that we sign. */
    public Duration longestTokenLifetime() {
        return longer(accessTokenLifetime, idTokenLifetime);
    }

    /** Of an access token, or of a code that could still become one. */
    public Duration longestAccess() {
        return longer(accessTokenLifetime, codeLifetime);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
