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
 * @param returnPath where the person goes on
 * @param fresh whether the provider has to ask again, whatever session it has
 * @param data what the provider's protocol has to remember, such as nonce, code verifier and request id
 * @param identity whom the provider has vouched for, once it has
 */
public record LoginAttempt(
        String id,
        String browserHash,
        String provider,
        String returnPath,
        boolean fresh,
        Optional<String> loginHint,
        Map<String, Object> data,
        Optional<UpstreamIdentity> identity,
        Instant createdAt,
        Instant expiresAt)
        implements Expiring {

    public LoginAttempt {
        data = data == null ? Map.of() : data;
        loginHint = loginHint == null ? Optional.empty() : loginHint;
        identity = identity == null ? Optional.empty() : identity;
    }

    LoginAttempt withData(Map<String, Object> newData) {
        return new LoginAttempt(
                id, browserHash, provider, returnPath, fresh, loginHint, newData, identity, createdAt, expiresAt);
    }

    LoginAttempt provenFor(UpstreamIdentity proven) {
        return new LoginAttempt(
                id,
                browserHash,
                provider,
                returnPath,
                fresh,
                loginHint,
                Map.of(),
                Optional.of(proven),
                createdAt,
                expiresAt);
    }
}
