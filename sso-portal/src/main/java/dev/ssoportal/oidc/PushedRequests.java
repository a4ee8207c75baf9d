package dev.ssoportal.oidc;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.http.PageError;
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
    /** What still fits into an answer, with room to spare. */
    private static final int MAX_CHARACTERS = 12 * 1024;

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
    record Pushed(String clientId, String query, boolean byClient, boolean signed, Instant pushedAt, Instant expiresAt)
            implements Expiring {
        Pushed until(Instant end) {
            return end.isAfter(expiresAt) ? new Pushed(clientId, query, byClient, signed, pushedAt, end) : this;
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

    /**
     * @return the {@code request_uri}
     * @throws PageError when it is too large
     */
    String push(String clientId, Parameters parameters, boolean byClient, boolean signed) {
        String query = parameters.encoded();
        if (query.length() > MAX_CHARACTERS) {
            throw new PageError(413, "error.too-large", "a request of " + query.length() + " characters");
        }
        String id = ids.secret();
        Instant now = clock.instant();
        requests.put(id, new Pushed(clientId, query, byClient, signed, now, now.plus(tokens.pushedRequestLifetime())));
        return PREFIX + id;
    }

    Optional<Pushed> find(String requestUri) {
        return id(requestUri).flatMap(requests::get);
    }

    /** The person has come and has to do something first: it waits as long as that may take, counted from when it was pushed. */
    void awaitPerson(String requestUri) {
        id(requestUri)
                .ifPresent(id -> requests.update(
                        id, pushed -> pushed.until(pushed.pushedAt().plus(session.attemptTimeout()))));
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
