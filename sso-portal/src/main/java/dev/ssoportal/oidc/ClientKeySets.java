package dev.ssoportal.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.Verifiers;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.OutboundHttp;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public keys of clients: those they are registered with, and those they publish. */
public final class ClientKeySets {
    private static final Duration REFETCH = Duration.ofMinutes(5);
    private static final Duration REFETCH_PAUSE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(ClientKeySets.class);

    private final OutboundHttp http;
    private final Clock clock;
    private final Cache<URI, Fetched> fetched =
            Caffeine.newBuilder().maximumSize(1000).build();

    private record Fetched(JWKSet keys, Instant at) {}

    public ClientKeySets(OutboundHttp http, Clock clock) {
        this.http = http;
        this.clock = clock;
    }

    /** Whether one of the client's keys has signed it, with an algorithm that the client may use. */
    boolean verifies(Client client, SignedJWT jwt) throws JOSEException {
        if (!client.acceptedAlgorithms().contains(jwt.getHeader().getAlgorithm())) {
            return false;
        }
        if (client.credentials().keys().isPresent()
                && verifies(client.credentials().keys().get(), jwt)) {
            return true;
        }
        return client.credentials().jwksUri().isPresent()
                && verifies(
                        published(
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
                .map(uri -> published(uri, null).getKeys())
                .ifPresent(all::addAll);
        return all;
    }

    /** The keys at a URL. An unknown key id is a reason to look again, but not at every request, and a URL that is down is left alone. */
    private JWKSet published(URI uri, String keyId) {
        Instant now = clock.instant();
        Fetched known = fetched.getIfPresent(uri);
        boolean lacksKey = known != null && keyId != null && known.keys().getKeyByKeyId(keyId) == null;
        if (known != null && now.isBefore(known.at().plus(lacksKey ? REFETCH_PAUSE : REFETCH))) {
            return known.keys();
        }
        try {
            JWKSet keys = JWKSet.parse(http.get(uri, Map.of("Accept", "application/json")));
            fetched.put(uri, new Fetched(keys, now));
            return keys;
        } catch (IOException | ParseException e) {
            LOG.warn("keys at {} cannot be had: {}", uri, e.toString());
            JWKSet keys = known == null ? new JWKSet() : known.keys();
            // Left alone for a moment, and then asked again.
            fetched.put(uri, new Fetched(keys, now.minus(REFETCH).plus(REFETCH_PAUSE)));
            return keys;
        }
    }

    private static boolean verifies(JWKSet keys, SignedJWT jwt) throws JOSEException {
        JWSHeader header = jwt.getHeader();
        List<JWK> candidates = new JWKSelector(JWKMatcher.forJWSHeader(header)).select(keys);
        for (JWK candidate : candidates) {
            if (jwt.verify(Verifiers.of(candidate))) {
                return true;
            }
        }
        return false;
    }
}
