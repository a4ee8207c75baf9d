package dev.ssoportal.token;

import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.Account;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Refresh tokens. A token is {@code <grant id>~<rotation>~<seal>}: the number says how often it has been replaced, the seal, under the master
 * key, that it is ours. Every use replaces it, and the use of a replaced one revokes the whole family (<a
 * href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2">RFC 9700, 4.14.2</a>): somebody has a copy. An invented one is merely unknown;
 * grant ids are public, and nobody shall revoke a grant by guessing.
 */
public final class RefreshTokens {
    private static final char SEPARATOR = '~';

    private final RefreshTokenStore store;
    private final TokenConfig config;
    private final MasterKey masterKey;
    private final Clock clock;

    /** What became of a refresh token that was presented. */
    public sealed interface Rotation {
        record Rotated(String newToken) implements Rotation {}

        record Reused(Authorization authorization) implements Rotation {}

        record Unknown() implements Rotation {}
    }

    private record Parsed(String grantId, int rotation) {}

    public RefreshTokens(RefreshTokenStore store, TokenConfig config, MasterKey masterKey, Clock clock) {
        this.store = store;
        this.config = config;
        this.masterKey = masterKey;
        this.clock = clock;
    }

    public String issue(Authorization authorization) {
        Instant now = clock.instant();
        store.insert(authorization, now, now.plus(config.refreshTokenLifetime()));
        return token(authorization.grantId(), 0);
    }

    /**
     * Rotates. Whoever presents the same token again within the grace, because the answer was lost, gets the same
     * successor; after that it is reuse. A thief who is that fast is found out at the next rotation instead.
     */
    public Rotation rotate(String token, String clientId) {
        Optional<Parsed> parsed = parse(token);
        if (parsed.isEmpty()) {
            return new Rotation.Unknown();
        }
        String grantId = parsed.get().grantId();
        int rotation = parsed.get().rotation();
        RefreshTokenStore.Outcome outcome =
                store.rotate(grantId, clientId, rotation, config.refreshRetryGrace(), clock.instant());
        return switch (outcome.kind()) {
            case ROTATED, RETRIED -> new Rotation.Rotated(token(grantId, rotation + 1));
            case REUSED -> new Rotation.Reused(outcome.authorization().orElseThrow());
            case UNKNOWN -> new Rotation.Unknown();
        };
    }

    /** The live grant behind a token, and the person as she is now; without using it. */
    public Optional<Held> peek(String token) {
        return parse(token)
                .flatMap(parsed ->
                        store.find(parsed.grantId(), parsed.rotation(), config.refreshRetryGrace(), clock.instant()));
    }

    /** The live grant that a token of ours belongs to, current or replaced: whoever has lost it to a thief may still revoke it. */
    public Optional<Authorization> grantOf(String token) {
        return parse(token).flatMap(parsed -> store.find(parsed.grantId(), clock.instant()));
    }

    public void revokeGrant(String grantId) {
        store.revokeGrant(grantId);
    }

    public void revokeSession(String sessionId) {
        store.revokeSession(sessionId);
    }

    /**
     * What is behind a refresh token.
     *
     * @param account the person as she is now; absent when she is gone
     */
    public record Held(Authorization authorization, Optional<Account> account) {}

    /** A grant that may refresh. */
    public record Grant(Authorization authorization, Instant grantedAt) {}

    /** The live grants of a person. */
    public List<Grant> of(String accountId) {
        return store.findByAccount(accountId, clock.instant());
    }

    /** All that an app has been given, by whomever. */
    public void revokeClient(String clientId) {
        store.revokeClient(clientId);
    }

    public void revokePersonAtApp(String accountId, String clientId) {
        store.revokePersonAtApp(accountId, clientId);
    }

    public void deleteExpired() {
        store.deleteExpired(clock.instant());
    }

    private String token(String grantId, int rotation) {
        String claim = grantId + SEPARATOR + rotation;
        return claim + SEPARATOR + seal(claim);
    }

    /** Takes a token apart if its seal is ours; costs no SQL if it is not. */
    private Optional<Parsed> parse(String token) {
        int first = token.indexOf(SEPARATOR);
        int last = token.lastIndexOf(SEPARATOR);
        if (first < 0 || last == first || token.length() > 200) {
            return Optional.empty();
        }
        if (!SecretHash.same(seal(token.substring(0, last)), token.substring(last + 1))) {
            return Optional.empty();
        }
        return Optional.of(new Parsed(token.substring(0, first), Integer.parseInt(token.substring(first + 1, last))));
    }

    private String seal(String claim) {
        return masterKey.seal("refresh-token", claim);
    }
}
