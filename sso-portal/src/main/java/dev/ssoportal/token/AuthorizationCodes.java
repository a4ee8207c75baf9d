package dev.ssoportal.token;

import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Authorization codes: redeemed by one atomic step, and remembered after use so that a second use is seen as what it is. */
public final class AuthorizationCodes {
    /** How long a used code is remembered. */
    private static final Duration MEMORY = Duration.ofMinutes(10);

    private final ExpiringMap<Code> codes;
    private final TokenConfig config;
    private final RandomIds ids;
    private final Clock clock;

    record Code(
            Authorization authorization,
            String redirectUri,
            Optional<String> codeChallenge,
            boolean used,
            Optional<String> usedBy,
            Instant expiresAt)
            implements Expiring {
        Code {
            codeChallenge = codeChallenge == null ? Optional.empty() : codeChallenge;
            usedBy = usedBy == null ? Optional.empty() : usedBy;
        }

        /** @param user names this redemption: when the owner of the record dies while it answers, we know our own hand again */
        Code usedBy(String user, Instant forgotten) {
            return used
                    ? this
                    : new Code(authorization, redirectUri, codeChallenge, true, Optional.of(user), forgotten);
        }
    }

    /** What became of a code that was presented. */
    public sealed interface Redemption {
        record Redeemed(Authorization authorization, String redirectUri, Optional<String> codeChallenge)
                implements Redemption {}

        record AlreadyUsed(Authorization authorization) implements Redemption {}

        record Unknown() implements Redemption {}
    }

    public AuthorizationCodes(Cluster cluster, TokenConfig config, RandomIds ids, Clock clock) {
        this.codes = cluster.map("codes", Code.class, Cluster.Durability.TRANSIENT);
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /** @param codeChallenge the S256 challenge, if the client sent one */
    public String issue(Authorization authorization, String redirectUri, Optional<String> codeChallenge) {
        String code = ids.secret();
        Instant expiresAt = clock.instant().plus(config.codeLifetime());
        codes.put(
                SecretHash.of(code),
                new Code(authorization, redirectUri, codeChallenge, false, Optional.empty(), expiresAt));
        return code;
    }

    /**
     * Of all who present one code, exactly one gets {@code Redeemed}.
     *
     * @param check of what the code stands for; when it throws, the code is not used up
     */
    public Redemption redeem(String code, Consumer<Authorization> check) {
        Instant forgotten = clock.instant().plus(MEMORY);
        String user = ids.id();
        Optional<ExpiringMap.Change<Code>> change = codes.changeByName(SecretHash.of(code), found -> {
            if (!found.used()) {
                check.accept(found.authorization());
            }
            return found.usedBy(user, forgotten);
        });
        if (change.isEmpty()) {
            return new Redemption.Unknown();
        }
        Code before = change.get().before();
        return before.used()
                ? new Redemption.AlreadyUsed(before.authorization())
                : new Redemption.Redeemed(before.authorization(), before.redirectUri(), before.codeChallenge());
    }
}
