package dev.ssoportal.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies {@code private_key_jwt} (<a href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523, section 3</a>): a signature of
 * one of the client's keys, our issuer or token endpoint as audience, a short life, and an id that has not been seen.
 */
public final class ClientAssertions {
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.RS256, JWSAlgorithm.PS256);
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final Duration MAX_LIFE = Duration.ofMinutes(10);

    private static final Duration REFETCH = Duration.ofMinutes(5);
    private static final Duration REFETCH_PAUSE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(ClientAssertions.class);

    private final Set<String> audiences;
    private final ExpiringMap<Seen> seen;
    private final OutboundHttp http;
    private final Clock clock;
    private final Cache<URI, Fetched> fetched =
            Caffeine.newBuilder().maximumSize(1000).build();

    private record Fetched(JWKSet keys, Instant at) {}

    record Seen(Instant expiresAt) implements Expiring {}

    public ClientAssertions(String issuer, Cluster cluster, OutboundHttp http, Clock clock) {
        this.audiences = Set.of(issuer, issuer + "/oauth2/token");
        this.seen = cluster.map("client-assertions", Seen.class, Cluster.Durability.TRANSIENT);
        this.http = http;
        this.clock = clock;
    }

    /** What is wrong with an assertion, for the log; empty when it is good. A good one is used up. */
    Optional<String> findFault(Client client, PrivateKeyJWT assertion) {
        try {
            SignedJWT jwt = assertion.getClientAssertion();
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
                return Optional.of("signed with " + jwt.getHeader().getAlgorithm());
            }
            if (!isSignedBy(client, jwt)) {
                return Optional.of("no key of the client verifies it");
            }
            if (!client.id().equals(claims.getIssuer()) || !client.id().equals(claims.getSubject())) {
                return Optional.of("iss and sub are not the client");
            }
            if (claims.getAudience().stream().noneMatch(audiences::contains)) {
                return Optional.of("meant for " + claims.getAudience());
            }
            Optional<String> fault = findFaultInTime(claims);
            if (fault.isPresent()) {
                return fault;
            }
            if (claims.getJWTID() == null || claims.getJWTID().length() > 255) {
                return Optional.of("without a usable jti");
            }
            String key = SecretHash.of(client.id() + "\n" + claims.getJWTID());
            Instant until = claims.getExpirationTime().toInstant().plus(SKEW);
            return seen.putIfAbsent(key, new Seen(until)) ? Optional.empty() : Optional.of("replayed");
        } catch (ParseException | JOSEException e) {
            return Optional.of(e.toString());
        }
    }

    private Optional<String> findFaultInTime(JWTClaimsSet claims) {
        Instant now = clock.instant();
        if (claims.getExpirationTime() == null
                || !claims.getExpirationTime().toInstant().plus(SKEW).isAfter(now)) {
            return Optional.of("expired, or without exp");
        }
        if (claims.getExpirationTime().toInstant().isAfter(now.plus(MAX_LIFE).plus(SKEW))) {
            return Optional.of("valid for more than " + MAX_LIFE.toMinutes() + " minutes");
        }
        if (claims.getNotBeforeTime() != null
                && claims.getNotBeforeTime().toInstant().isAfter(now.plus(SKEW))) {
            return Optional.of("not valid yet");
        }
        return Optional.empty();
    }

    private boolean isSignedBy(Client client, SignedJWT jwt) throws JOSEException {
        if (client.keys().isPresent() && verifies(client.keys().get(), jwt)) {
            return true;
        }
        if (client.jwksUri().isEmpty()) {
            return false;
        }
        return verifies(published(client.jwksUri().get(), jwt.getHeader().getKeyID()), jwt);
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
            if (candidate instanceof AsymmetricJWK asymmetric) {
                JWSVerifier verifier =
                        new DefaultJWSVerifierFactory().createJWSVerifier(header, asymmetric.toPublicKey());
                if (jwt.verify(verifier)) {
                    return true;
                }
            }
        }
        return false;
    }
}
