package dev.ssoportal.oidc;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.Client;
import dev.ssoportal.directory.Profile;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Verifies {@code private_key_jwt} (<a href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523, section 3</a>): a signature of
 * one of the client's keys, our issuer or token endpoint as audience, a short life, and an id that has not been seen.
 */
public final class ClientAssertions {
    private static final Set<String> TYPES = Set.of("jwt", "client-authentication+jwt");
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final Duration MAX_LIFE = Duration.ofMinutes(10);

    private final String issuer;
    private final Set<String> audiences;
    private final ExpiringMap<Seen> seen;
    private final ClientKeySets keys;
    private final Clock clock;

    record Seen(Instant expiresAt) implements Expiring {}

    /** @param baseUrls what we are called from outside, the issuer first */
    public ClientAssertions(List<String> baseUrls, Cluster cluster, ClientKeySets keys, Clock clock) {
        this.issuer = baseUrls.get(0);
        this.audiences = baseUrls.stream()
                .flatMap(base -> Stream.of(base, base + "/oauth2/token", base + "/oauth2/par"))
                .collect(Collectors.toUnmodifiableSet());
        this.seen = cluster.map("client-assertions", Seen.class, Cluster.Durability.TRANSIENT);
        this.keys = keys;
        this.clock = clock;
    }

    /** What is wrong with an assertion, for the log; empty when it is good. A good one is used up. */
    Optional<String> findFault(Client client, SignedJWT jwt) {
        try {
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            if (!isAssertion(jwt.getHeader().getType())) {
                return Optional.of("of type " + jwt.getHeader().getType());
            }
            if (!keys.verifies(client, jwt, client.assertionAlgorithms())) {
                return Optional.of("no key of the client verifies it, or not with "
                        + jwt.getHeader().getAlgorithm());
            }
            if (!client.id().equals(claims.getIssuer()) || !client.id().equals(claims.getSubject())) {
                return Optional.of("iss and sub are not the client");
            }
            boolean meant = client.profile() == Profile.FAPI2
                    // FAPI 2.0 Security Profile, 5.3.2.1: the issuer, as a string.
                    ? issuer.equals(jwt.getPayload().toJSONObject().get("aud"))
                    : claims.getAudience().stream().anyMatch(audiences::contains);
            if (!meant) {
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
        } catch (ParseException e) {
            return Optional.of(e.toString());
        }
    }

    /** A request object of the client is signed with the same keys, and often sent through a browser (RFC 9101, 10.8). */
    private static boolean isAssertion(JOSEObjectType type) {
        return type == null || TYPES.contains(type.getType().toLowerCase(Locale.ROOT));
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
        if (claims.getIssueTime() != null && claims.getIssueTime().toInstant().isAfter(now.plus(SKEW))) {
            return Optional.of("made in the future");
        }
        if (claims.getNotBeforeTime() != null
                && claims.getNotBeforeTime().toInstant().isAfter(now.plus(SKEW))) {
            return Optional.of("not valid yet");
        }
        return Optional.empty();
    }
}
