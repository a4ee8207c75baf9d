package dev.ssoportal.token;

import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.Account;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import dev.ssoportal.store.OwnerStep;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Authorization codes: redeemed by one atomic step, and remembered after use so that a second use is seen as what it is. */
public final class AuthorizationCodes {
    /** How long a used code is remembered. */
    private static final Duration MEMORY = Duration.ofMinutes(10);

    /** Stands for more than one redemption; no name of one is like it. */
    private static final String SEVERAL = "*";

    private final ExpiringMap<IssuedCode> codes;
    private final TokenConfig config;
    private final RandomIds ids;
    private final Clock clock;

    /**
     * @param account the person, as her session knows her
     * @param goodUntil when it can no longer be redeemed
     * @param usedBy names the redemption that has used it
     * @param expiresAt when it is forgotten
     */
    record IssuedCode(
            Authorization authorization,
            Account account,
            String redirectUri,
            Optional<String> codeChallenge,
            Instant goodUntil,
            Optional<String> usedBy,
            Instant expiresAt)
            implements Expiring {
        IssuedCode {
            codeChallenge = codeChallenge == null ? Optional.empty() : codeChallenge;
            usedBy = usedBy == null ? Optional.empty() : usedBy;
        }

        IssuedCode used(Optional<String> user, Instant forgotten) {
            return new IssuedCode(authorization, account, redirectUri, codeChallenge, goodUntil, user, forgotten);
        }
    }

    /** @param user names this redemption: when the owner of the record dies while it answers, we know our own hand again */
    private record Use(String user, Instant forgotten) implements OwnerStep<IssuedCode> {
        @Override
        public IssuedCode apply(IssuedCode code) {
            if (code.usedBy().isEmpty()) {
                return code.used(Optional.of(user), forgotten);
            }
            // A second use leaves its trace: after it, nobody can give the code back.
            return code.usedBy().get().equals(user) ? code : code.used(Optional.of(SEVERAL), code.expiresAt());
        }
    }

    /** What became of a code that was presented. */
    public sealed interface Redemption {
        /** @param user the name of this redemption */
        record Redeemed(
                Authorization authorization,
                Account account,
                String redirectUri,
                Optional<String> codeChallenge,
                String user)
                implements Redemption {}

        record AlreadyUsed(Authorization authorization) implements Redemption {}

        record Unknown() implements Redemption {}
    }

    public AuthorizationCodes(Cluster cluster, TokenConfig config, RandomIds ids, Clock clock) {
        this.codes = cluster.map("issued-codes", IssuedCode.class, Cluster.Durability.TRANSIENT);
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * @param account the person, as her session knows her
     * @param sessionEnd when the session reaches its limit: its code is good no longer
     * @param codeChallenge the S256 challenge, if the client sent one
     */
    public String issue(
            Authorization authorization,
            Account account,
            Instant sessionEnd,
            String redirectUri,
            Optional<String> codeChallenge) {
        String code = ids.secret();
        Instant end = clock.instant().plus(config.codeLifetime());
        Instant goodUntil = sessionEnd.isBefore(end) ? sessionEnd : end;
        codes.put(
                SecretHash.of(code),
                new IssuedCode(
                        authorization, account, redirectUri, codeChallenge, goodUntil, Optional.empty(), goodUntil));
        return code;
    }

    /** Of all who present one code, exactly one gets {@code Redeemed}. */
    public Redemption redeem(String code) {
        String user = ids.id();
        Instant now = clock.instant();
        Optional<IssuedCode> found = codes.changeAtOwner(SecretHash.of(code), new Use(user, now.plus(MEMORY)));
        if (found.isEmpty()) {
            return new Redemption.Unknown();
        }
        IssuedCode before = found.get();
        if (before.usedBy().filter(name -> !name.equals(user)).isPresent()) {
            return new Redemption.AlreadyUsed(before.authorization());
        }
        if (!before.goodUntil().isAfter(now)) {
            return new Redemption.Unknown();
        }
        return new Redemption.Redeemed(
                before.authorization(), before.account(), before.redirectUri(), before.codeChallenge(), user);
    }

    /** Undoes a redemption by which nothing was given: a mistake elsewhere in a request does not cost the code. */
    public void giveBack(String code, Redemption.Redeemed redeemed) {
        Optional<String> user = Optional.of(redeemed.user());
        codes.update(
                SecretHash.of(code),
                found -> found.usedBy().equals(user) ? found.used(Optional.empty(), found.goodUntil()) : found);
    }
}
