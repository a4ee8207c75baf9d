package dev.ssoportal.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.Verifiers;
import dev.ssoportal.directory.Client;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public keys of clients: those they are registered with, and those they publish. */
public final class ClientKeySets {
    private static final Duration REFETCH = Duration.ofMinutes(5);
    private static final Duration REFETCH_PAUSE = Duration.ofSeconds(10);
    private static final Duration FORGOTTEN = Duration.ofHours(1);
    private static final int MAX_SETS = 1000;
    private static final int MAX_KEYS = 50;
    private static final Logger LOG = LoggerFactory.getLogger(ClientKeySets.class);

    private final ClientDocuments documents;
    private final Clock clock;
    /** What one client must not see, another may: what came of its attempt is its own. */
    private record Source(URI uri, boolean trusted) {}

    private final Cache<Source, Fetched> fetched = Caffeine.newBuilder()
            .maximumSize(MAX_SETS)
            .expireAfterAccess(FORGOTTEN)
            .build();

    /** @param forMissing whether it was fetched because a key was missing: then another miss has to wait */
    private record Fetched(JWKSet keys, Instant at, boolean forMissing) {}

    public ClientKeySets(ClientDocuments documents, Clock clock) {
        this.documents = documents;
        this.clock = clock;
    }

    /** Whether one of the client's keys has signed it, with one of these algorithms. */
    boolean verifies(Client client, SignedJWT jwt, Set<JWSAlgorithm> algorithms) {
        if (!algorithms.contains(jwt.getHeader().getAlgorithm())) {
            return false;
        }
        if (client.credentials().keys().isPresent()
                && verifies(client.credentials().keys().get(), jwt)) {
            return true;
        }
        return client.credentials().jwksUri().isPresent()
                && verifies(
                        published(
                                client,
                                client.credentials().jwksUri().get(),
                                jwt.getHeader().getKeyID()),
                        jwt);
    }

    /** All of them. */
    List<JWK> of(Client client) {
        List<JWK> all = new ArrayList<>();
        client.credentials().keys().map(JWKSet::getKeys).ifPresent(all::addAll);
        client.credentials()
                .jwksUri()
                .map(uri -> published(client, uri, null).getKeys())
                .ifPresent(all::addAll);
        return all;
    }

    /** The keys at a URL. An unknown key id is a reason to look again, but not at every request, and a URL that is down is left alone. */
    private JWKSet published(Client client, URI uri, String keyId) {
        Instant now = clock.instant();
        Source source = new Source(uri, client.isDeclared());
        Fetched known = fetched.getIfPresent(source);
        boolean lacksKey = known != null && keyId != null && known.keys().getKeyByKeyId(keyId) == null;
        if (known != null && now.isBefore(known.at().plus(pause(known, lacksKey)))) {
            return known.keys();
        }
        try {
            JWKSet keys = parse(documents.get(uri, source.trusted(), "application/json"));
            fetched.put(source, new Fetched(keys, clock.instant(), lacksKey));
            return keys;
        } catch (IOException | ParseException e) {
            LOG.warn("keys at {} cannot be had: {}", uri, e.toString());
            JWKSet keys = known == null ? new JWKSet() : known.keys();
            // Left alone for a moment, and then asked again.
            fetched.put(source, new Fetched(keys, clock.instant().minus(REFETCH).plus(REFETCH_PAUSE), true));
            return keys;
        }
    }

    /** A client that has just changed its keys is looked up at once; the second unknown key has to wait. */
    private static Duration pause(Fetched known, boolean lacksKey) {
        if (!lacksKey) {
            return REFETCH;
        }
        return known.forMissing() ? REFETCH_PAUSE : Duration.ZERO;
    }

    /** @throws ParseException when it is not a small JWK set */
    private static JWKSet parse(String document) throws ParseException {
        try {
            JWKSet keys = JWKSet.parse(document);
            if (keys.size() > MAX_KEYS) {
                throw new ParseException("more than " + MAX_KEYS + " keys", 0);
            }
            return keys.toPublicJWKSet();
        } catch (NullPointerException | IllegalArgumentException | ClassCastException e) {
            // What is JSON and no JWK set.
            throw (ParseException) new ParseException("not a JWK set", 0).initCause(e);
        }
    }

    /** Whether one of the keys has signed it. */
    public static boolean verifies(JWKSet keys, SignedJWT jwt) {
        JWSHeader header = jwt.getHeader();
        List<JWK> candidates = new JWKSelector(JWKMatcher.forJWSHeader(header)).select(keys);
        return candidates.stream().anyMatch(candidate -> verifies(candidate, jwt));
    }

    /** A key that does not fit, such as one of another curve, is no reason not to try the next. */
    private static boolean verifies(JWK candidate, SignedJWT jwt) {
        try {
            return jwt.verify(Verifiers.of(candidate));
        } catch (JOSEException e) {
            return false;
        }
    }
}
