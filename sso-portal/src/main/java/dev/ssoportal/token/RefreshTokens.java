package dev.ssoportal.token;

import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Refresh tokens. A token is {@code <grantId>.<secret>}; every use replaces the secret, and the use of a replaced one revokes the whole
 * family (<a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2">RFC 9700, 4.14.2</a>): somebody has a copy.
 */
public final class RefreshTokens {
    private final RefreshTokenStore store;
    private final TokenConfig config;
    private final RandomIds ids;
    private final Clock clock;

    /** What became of a refresh token that was presented. */
    public sealed interface Rotation {
        record Rotated(Authorization authorization, String newToken) implements Rotation {}

        record Reused(Authorization authorization) implements Rotation {}

        record Unknown() implements Rotation {}
    }

    public RefreshTokens(RefreshTokenStore store, TokenConfig config, RandomIds ids, Clock clock) {
        this.store = store;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    public String issue(Authorization authorization) {
        String secret = ids.secret();
        Instant now = clock.instant();
        store.insert(authorization, SecretHash.of(secret), now, now.plus(config.refreshTokenLifetime()));
        return authorization.grantId() + "." + secret;
    }

    /** Rotates under a row lock: of all who present one token at once, one gets {@code Rotated}, the others have reused it. */
    public Rotation rotate(String token, String clientId) {
        String[] parts = token.split("\\.", 2);
        if (parts.length != 2) {
            return new Rotation.Unknown();
        }
        String newSecret = ids.secret();
        RefreshTokenStore.Outcome outcome =
                store.rotate(parts[0], clientId, SecretHash.of(parts[1]), SecretHash.of(newSecret), clock.instant());
        return switch (outcome.kind()) {
            case ROTATED -> new Rotation.Rotated(outcome.authorization().orElseThrow(), parts[0] + "." + newSecret);
            case REUSED -> new Rotation.Reused(outcome.authorization().orElseThrow());
            case UNKNOWN -> new Rotation.Unknown();
        };
    }

    /** The live grant behind a token, without using it: for introspection and revocation. */
    public Optional<Authorization> peek(String token) {
        String[] parts = token.split("\\.", 2);
        return parts.length == 2 ? store.find(parts[0], SecretHash.of(parts[1]), clock.instant()) : Optional.empty();
    }

    public void revokeGrant(String grantId) {
        store.revokeGrant(grantId);
    }

    public void revokeSession(String sessionId) {
        store.revokeSession(sessionId);
    }

    public void deleteExpired() {
        store.deleteExpired(clock.instant());
    }
}
