package dev.ssoportal.oidc;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * What a person was asked to do for one authorization request, so that the request can see on its return that it was done, and is not
 * asked for again: {@code prompt=login} needs a sign-in since then, {@code prompt=consent} the consent of this very session. A mark is about
 * one request and is used up by the code that comes of it.
 */
public final class Interactions {
    private final ExpiringMap<Interaction> interactions;
    private final SessionConfig config;
    private final RandomIds ids;
    private final Clock clock;

    /**
     * @param signInSince the person has to have signed in since then, if that was demanded
     * @param consentedSession the session in which the person has consented, if she has
     */
    record Interaction(
            String requestHash, Optional<Instant> signInSince, Optional<String> consentedSession, Instant expiresAt)
            implements Expiring {
        Interaction {
            signInSince = signInSince == null ? Optional.empty() : signInSince;
            consentedSession = consentedSession == null ? Optional.empty() : consentedSession;
        }

        boolean consentedIn(SsoSession session) {
            return consentedSession.filter(session.id()::equals).isPresent();
        }
    }

    public Interactions(Cluster cluster, SessionConfig config, RandomIds ids, Clock clock) {
        this.interactions = cluster.map("interactions", Interaction.class, Cluster.Durability.BOUNDED);
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /** Notes that the person has to sign in; the id is to be sent along as {@code interaction}. */
    String demandSignIn(AuthorizeRequest request) {
        return put(request, Optional.of(clock.instant()), Optional.empty(), inTime());
    }

    /** Notes a consent just given, on top of what an earlier interaction has demanded. */
    String consented(AuthorizeRequest request, SsoSession session) {
        Optional<Interaction> earlier = find(request);
        Instant expiresAt = earlier.map(Interaction::expiresAt).orElseGet(this::inTime);
        return put(request, earlier.flatMap(Interaction::signInSince), Optional.of(session.id()), expiresAt);
    }

    private Instant inTime() {
        return clock.instant().plus(config.attemptTimeout());
    }

    private String put(
            AuthorizeRequest request,
            Optional<Instant> signInSince,
            Optional<String> consentedSession,
            Instant expiresAt) {
        String id = ids.secret();
        interactions.put(id, new Interaction(hash(request), signInSince, consentedSession, expiresAt));
        return id;
    }

    /** The interaction that a returning request names, if it is about this very request. */
    Optional<Interaction> find(AuthorizeRequest request) {
        return request.interaction()
                .flatMap(interactions::get)
                .filter(found -> found.requestHash().equals(hash(request)));
    }

    /** Uses up the interaction that a request names, if it names one. */
    void use(AuthorizeRequest request) {
        request.interaction().ifPresent(interactions::take);
    }

    private static String hash(AuthorizeRequest request) {
        return SecretHash.of(request.query());
    }
}
