package dev.ssoportal.login;

import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.store.Expiring;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One try to sign in, from the redirect to a provider until the browser is back. Its id is the {@code state} or {@code RelayState}, so
 * that two tabs have two attempts that never meet. One that has been answered, or that nobody has answered in time, is remembered for a
 * while: whoever comes back to it goes on to where she wanted to go.
 *
 * @param browserHash SHA-256 of the secret of the browser it began in
 * @param data what the provider's protocol has to remember, such as nonce, code verifier and request id
 * @param identity whom the provider has vouched for, once it has
 * @param spent whether it has been answered
 * @param answerBy until then an answer counts
 * @param expiresAt until then it is remembered
 */
public record LoginAttempt(
        String id,
        String browserHash,
        String provider,
        SignInRequest asked,
        Map<String, Object> data,
        Optional<UpstreamIdentity> identity,
        boolean spent,
        Instant createdAt,
        Instant answerBy,
        Instant expiresAt)
        implements Expiring {

    public LoginAttempt {
        data = data == null ? Map.of() : data;
        identity = identity == null ? Optional.empty() : identity;
    }

    boolean isOpen(Instant now) {
        return !spent && answerBy.isAfter(now);
    }

    LoginAttempt withData(Map<String, Object> newData) {
        return with(newData, identity, false);
    }

    LoginAttempt provenFor(UpstreamIdentity proven) {
        return with(Map.of(), Optional.of(proven), false);
    }

    LoginAttempt asSpent() {
        return with(Map.of(), Optional.empty(), true);
    }

    private LoginAttempt with(Map<String, Object> newData, Optional<UpstreamIdentity> newIdentity, boolean nowSpent) {
        return new LoginAttempt(
                id, browserHash, provider, asked, newData, newIdentity, nowSpent, createdAt, answerBy, expiresAt);
    }
}
