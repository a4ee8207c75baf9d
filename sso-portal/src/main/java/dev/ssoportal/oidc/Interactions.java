package dev.ssoportal.oidc;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * What a person was asked to do for one authorization request, so that the request can see on its return that it was done, and is not
 * asked for again: {@code prompt=login} needs a sign-in since then, {@code prompt=consent} an answer since then.
 */
public final class Interactions {
    private final ExpiringMap<Interaction> interactions;
    private final SessionConfig config;
    private final RandomIds ids;
    private final Clock clock;

    record Interaction(String requestHash, Instant demandedAt, boolean consented, Instant expiresAt)
            implements Expiring {}

    public Interactions(Cluster cluster, SessionConfig config, RandomIds ids, Clock clock) {
        this.interactions = cluster.map("interactions", Interaction.class, Cluster.Durability.TRANSIENT);
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /** Notes a demand; the id is to be sent along as {@code interaction}. */
    String demand(AuthorizeRequest request) {
        return put(request, clock.instant(), false);
    }

    /** Notes a consent just given, on top of what an earlier interaction has achieved. */
    String consented(AuthorizeRequest request) {
        return put(request, find(request).map(Interaction::demandedAt).orElse(clock.instant()), true);
    }

    private String put(AuthorizeRequest request, Instant demandedAt, boolean consented) {
        String id = ids.secret();
        interactions.put(
                id,
                new Interaction(
                        hash(request), demandedAt, consented, clock.instant().plus(config.attemptTimeout())));
        return id;
    }

    /** The interaction that a returning request names, if it is about this very request. */
    Optional<Interaction> find(AuthorizeRequest request) {
        return request.interaction()
                .flatMap(interactions::get)
                .filter(found -> found.requestHash().equals(hash(request)));
    }

    private static String hash(AuthorizeRequest request) {
        return SecretHash.of(request.query());
    }
}
