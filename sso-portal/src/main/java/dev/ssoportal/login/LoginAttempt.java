package dev.ssoportal.login;

import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.store.Expiring;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One try to sign in, from the redirect to a provider until the browser is back. Its id is the {@code state} or {@code RelayState}, so
 * that two tabs have two attempts that never meet.
 *
 * @param browserHash SHA-256 of the secret of the browser it began in
 * @param data what the provider's protocol has to remember, such as nonce, code verifier and request id
 * @param identity whom the provider has vouched for, once it has
 */
public record LoginAttempt(
        String id,
        String browserHash,
        String provider,
        SignInRequest asked,
        Map<String, Object> data,
        Optional<UpstreamIdentity> identity,
        Instant createdAt,
        Instant expiresAt)
        implements Expiring {

    public LoginAttempt {
        asked = asked == null ? SignInRequest.HOME : asked;
        data = data == null ? Map.of() : data;
        identity = identity == null ? Optional.empty() : identity;
    }

    LoginAttempt withData(Map<String, Object> newData) {
        return with(newData, identity);
    }

    LoginAttempt provenFor(UpstreamIdentity proven) {
        return with(Map.of(), Optional.of(proven));
    }

    private LoginAttempt with(Map<String, Object> newData, Optional<UpstreamIdentity> newIdentity) {
        return new LoginAttempt(id, browserHash, provider, asked, newData, newIdentity, createdAt, expiresAt);
    }
}
