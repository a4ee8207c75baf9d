package dev.ssoportal.login;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The attempts under way. Each step takes the attempt out of the map, so that no answer of a provider counts twice. What was asked is
 * remembered for longer: whoever comes back too late, or a second time, goes on to where she wanted to go.
 */
public final class LoginAttempts {
    private static final Duration MEMORY = Duration.ofHours(1);

    private final ExpiringMap<LoginAttempt> attempts;
    private final ExpiringMap<Remembered> remembered;
    private final SessionConfig config;
    private final RandomIds ids;
    private final Clock clock;

    record Remembered(String provider, SignInRequest asked, Instant expiresAt) implements Expiring {}

    public LoginAttempts(Cluster cluster, SessionConfig config, RandomIds ids, Clock clock) {
        this.attempts = cluster.map("login-attempts", LoginAttempt.class, Cluster.Durability.BOUNDED);
        this.remembered = cluster.map("login-requests", Remembered.class, Cluster.Durability.BOUNDED);
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    LoginAttempt begin(String browserSecret, String provider, SignInRequest asked) {
        Instant now = clock.instant();
        return new LoginAttempt(
                ids.secret(),
                SecretHash.of(browserSecret),
                provider,
                asked,
                Map.of(),
                Optional.empty(),
                now,
                now.plus(config.attemptTimeout()));
    }

    void save(LoginAttempt attempt) {
        put(attempt.id(), attempt);
    }

    private void put(String id, LoginAttempt attempt) {
        attempts.put(id, attempt);
        remembered.put(
                id,
                new Remembered(
                        attempt.provider(), attempt.asked(), attempt.expiresAt().plus(MEMORY)));
    }

    /** Takes the attempt that an answer of this provider belongs to. */
    Optional<LoginAttempt> take(String id, String provider) {
        return attempts.take(id)
                .filter(attempt -> attempt.provider().equals(provider)
                        && attempt.identity().isEmpty());
    }

    /** Keeps what the provider has proven under a new id, for {@code /login/finish}. */
    String prove(LoginAttempt attempt, UpstreamIdentity identity) {
        String proofId = ids.secret();
        put(proofId, attempt.provenFor(identity));
        return proofId;
    }

    Optional<LoginAttempt> takeProven(String proofId) {
        return attempts.take(proofId).filter(attempt -> attempt.identity().isPresent());
    }

    /** What was asked in an attempt that is not there any more, if it was with this provider. */
    Optional<SignInRequest> remembered(String id, String provider) {
        return remembered
                .get(id)
                .filter(found -> found.provider().equals(provider))
                .map(Remembered::asked);
    }

    /** What was asked in the attempt that this was the proof of. */
    Optional<SignInRequest> rememberedOfProof(String proofId) {
        return remembered.get(proofId).map(Remembered::asked);
    }
}
