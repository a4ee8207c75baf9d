package dev.ssoportal.login;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The attempts under way. Each step spends the attempt, so that no answer of a provider counts twice. */
public final class LoginAttempts {
    /** How long whoever comes back too late is still led to where she wanted to go. */
    private static final Duration MEMORY = Duration.ofHours(1);

    private final ExpiringMap<LoginAttempt> attempts;
    private final SessionConfig config;
    private final RandomIds ids;
    private final Clock clock;

    public LoginAttempts(Cluster cluster, SessionConfig config, RandomIds ids, Clock clock) {
        this.attempts = cluster.map("login-attempts", LoginAttempt.class, Cluster.Durability.BOUNDED);
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /** An attempt as it was when somebody came back to it: of all who do, at most one finds it open. */
    record Found(LoginAttempt attempt, boolean open) {}

    LoginAttempt begin(String browserSecret, String provider, SignInRequest asked) {
        Instant now = clock.instant();
        Instant answerBy = now.plus(config.attemptTimeout());
        return new LoginAttempt(
                ids.secret(),
                SecretHash.of(browserSecret),
                provider,
                asked,
                Map.of(),
                Optional.empty(),
                false,
                now,
                answerBy,
                answerBy.plus(MEMORY));
    }

    void save(LoginAttempt attempt) {
        attempts.put(attempt.id(), attempt);
    }

    /** Takes the attempt that an answer of this provider belongs to. */
    Optional<Found> take(String id, String provider) {
        return spend(id)
                .filter(found -> found.attempt().provider().equals(provider)
                        && (!found.open() || found.attempt().identity().isEmpty()));
    }

    /** Keeps what the provider has proven under a new id, for {@code /login/finish}. */
    String prove(LoginAttempt attempt, UpstreamIdentity identity) {
        String proofId = ids.secret();
        attempts.put(proofId, attempt.provenFor(identity));
        return proofId;
    }

    Optional<Found> takeProven(String proofId) {
        return spend(proofId)
                .filter(found -> !found.open() || found.attempt().identity().isPresent());
    }

    private Optional<Found> spend(String id) {
        return attempts.change(id, LoginAttempt::asSpent)
                .map(change -> new Found(change.before(), change.before().isOpen(clock.instant())));
    }
}
