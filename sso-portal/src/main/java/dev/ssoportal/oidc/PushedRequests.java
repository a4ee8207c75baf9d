package dev.ssoportal.oidc;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Authorization requests kept here, of which the browser carries only the name (<a href="https://www.rfc-editor.org/rfc/rfc9126">RFC
 * 9126</a>). A name is good for one code: for a short while before the person comes, and for as long as her sign-in may take after.
 */
public final class PushedRequests {
    private static final String PREFIX = "urn:ietf:params:oauth:request_uri:";

    private final ExpiringMap<Pushed> requests;
    private final TokenConfig tokens;
    private final SessionConfig session;
    private final RandomIds ids;
    private final Clock clock;

    /**
     * @param query the parameters
     * @param byClient whether the client itself has pushed it, authenticated; else it came signed by way of the browser
     * @param signed whether it was a request object
     */
    record Pushed(String clientId, String query, boolean byClient, boolean signed, Instant expiresAt)
            implements Expiring {
        Pushed until(Instant end) {
            return end.isAfter(expiresAt) ? new Pushed(clientId, query, byClient, signed, end) : this;
        }

        Parameters parameters() {
            return Parameters.parse(query);
        }
    }

    public PushedRequests(Cluster cluster, TokenConfig tokens, SessionConfig session, RandomIds ids, Clock clock) {
        this.requests = cluster.map("pushed-requests", Pushed.class, Cluster.Durability.BOUNDED);
        this.tokens = tokens;
        this.session = session;
        this.ids = ids;
        this.clock = clock;
    }

    /** @return the {@code request_uri} */
    String push(String clientId, Parameters parameters, boolean byClient, boolean signed) {
        String id = ids.secret();
        Instant expiresAt = clock.instant().plus(tokens.pushedRequestLifetime());
        requests.put(id, new Pushed(clientId, parameters.encoded(), byClient, signed, expiresAt));
        return PREFIX + id;
    }

    Optional<Pushed> find(String requestUri) {
        return id(requestUri).flatMap(requests::get);
    }

    /** The person has come and has to do something first. */
    void awaitPerson(String requestUri) {
        Instant end = clock.instant().plus(session.attemptTimeout());
        id(requestUri).ifPresent(id -> requests.update(id, pushed -> pushed.until(end)));
    }

    /** Uses it up: of all who do, one hears {@code true}. */
    boolean use(String requestUri) {
        return id(requestUri).flatMap(requests::take).isPresent();
    }

    /** Whether it is one of our names, and not the URL of a request that lies elsewhere. */
    static boolean isName(String requestUri) {
        return requestUri.startsWith(PREFIX);
    }

    private static Optional<String> id(String requestUri) {
        return isName(requestUri) ? Optional.of(requestUri.substring(PREFIX.length())) : Optional.empty();
    }
}
