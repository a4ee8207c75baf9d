package dev.ssoportal.login;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.LocalPath;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The attempts under way. Each step takes the attempt out of the map, so that no answer of a provider counts twice. */
public final class LoginAttempts {
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

    LoginAttempt begin(
            String browserSecret, String provider, LocalPath returnPath, boolean fresh, Optional<String> loginHint) {
        Instant now = clock.instant();
        return new LoginAttempt(
                ids.secret(),
                SecretHash.of(browserSecret),
                provider,
                returnPath.value(),
                fresh,
                loginHint,
                Map.of(),
                Optional.empty(),
                now,
                now.plus(config.attemptTimeout()));
    }

    void save(LoginAttempt attempt) {
        attempts.put(attempt.id(), attempt);
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
        attempts.put(proofId, attempt.provenFor(identity));
        return proofId;
    }

    Optional<LoginAttempt> takeProven(String proofId) {
        return attempts.take(proofId).filter(attempt -> attempt.identity().isPresent());
    }
}
