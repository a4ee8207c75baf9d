package dev.ssoportal.crypto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.UncheckedIOException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys tokens are signed with, generation after generation for each algorithm, and what the world needs to verify them. A new key is
 * published before it signs, and an old one for as long as somebody may hold what it has signed.
 */
public final class SigningKeys {
    /** How long a new key is only published: longer than a published set may be cached, and than it takes every member to find it. */
    public static final Duration LEAD = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private static final Duration LOOK_PAUSE = Duration.ofSeconds(5);
    private static final String PURPOSE = "token-";

    private final SigningKeyStore store;
    private final RandomIds ids;
    private final List<JWSAlgorithm> algorithms;
    private final Duration retention;
    private final Clock clock;
    private final Map<String, Usable> usable = new ConcurrentHashMap<>();
    private final AtomicReference<Instant> nextLook = new AtomicReference<>(Instant.EPOCH);
    private volatile Snapshot snapshot = new Snapshot(Map.of(), Map.of(), new JWKSet());

    /** The key that signs with an algorithm now. */
    public record Current(String keyId, JWSSigner signer) {}

    private record Usable(JWK key, JWSSigner signer, JWSVerifier verifier) {}

    private record Snapshot(Map<JWSAlgorithm, Current> current, Map<String, JWSVerifier> verifiers, JWKSet published) {}

    /**
     * @param algorithms what to sign with; keys for others, from another configuration, verify what they have signed and no more
     * @param retention how long a key is published after another has taken its place
     */
    public SigningKeys(
            SigningKeyStore store, RandomIds ids, List<JWSAlgorithm> algorithms, Duration retention, Clock clock) {
        this.store = store;
        this.ids = ids;
        this.algorithms = algorithms;
        this.retention = retention;
        this.clock = clock;
        refresh();
        // All there are, so that every key is published before somebody asks for it.
        algorithms.forEach(algorithm -> store.findOrCreate(PURPOSE + algorithm.getName(), () -> generate(algorithm)));
        refresh();
    }

    /** The key that signs with this algorithm now. */
    public Current current(JWSAlgorithm algorithm) {
        return snapshot.current().get(algorithm);
    }

    private SigningKeyStore.StoredKey generate(JWSAlgorithm algorithm) {
        String keyId = ids.id();
        JWK key = KeyPairs.generate(algorithm, keyId);
        return new SigningKeyStore.StoredKey(keyId, key.toPublicJWK().toJSONString(), key.toJSONString());
    }

    /** The verifier for a key of ours, if we have one of this identifier. */
    public Optional<JWSVerifier> verifier(String keyId) {
        if (keyId == null) {
            return Optional.empty();
        }
        if (!snapshot.verifiers().containsKey(keyId) && mayLook()) {
            look();
        }
        return Optional.ofNullable(snapshot.verifiers().get(keyId));
    }

    /** Another member may have made a key a moment ago. Whoever invents names does not make us look more often. */
    private boolean mayLook() {
        Instant next = nextLook.get();
        Instant now = clock.instant();
        return !now.isBefore(next) && nextLook.compareAndSet(next, now.plus(LOOK_PAUSE));
    }

    private void look() {
        try {
            refresh();
        } catch (UncheckedIOException e) {
            LOG.warn("signing keys cannot be read: {}", e.toString());
        }
    }

    /** The public keys, as published at the JWKS endpoint; the same object until they change. */
    public JWKSet publicKeys() {
        return snapshot.published();
    }

    /** Makes a new key for every algorithm that there is one for. It signs after the lead. */
    public void rotate(Duration lead) {
        rotateThose(lead, generation -> true);
    }

    /** Makes a new key for every algorithm whose newest is older. Members that do so together make one. */
    public void rotateOlderThan(Duration lifetime) {
        Instant limit = clock.instant().minus(lifetime);
        rotateThose(LEAD, newest -> newest.createdAt().isBefore(limit));
    }

    private void rotateThose(Duration lead, Predicate<SigningKeyStore.Generation> old) {
        Map<String, SigningKeyStore.Generation> newest = new HashMap<>();
        store.generations(PURPOSE).forEach(generation -> newest.put(generation.purpose(), generation));
        newest.values().stream().filter(old).forEach(generation -> {
            store.insert(
                    generation.purpose(),
                    generation.number() + 1,
                    generate(algorithm(generation)),
                    clock.instant().plus(lead));
        });
        refresh();
    }

    /** Reads what other members have made, lets new keys begin to sign, and forgets those that nobody needs any more. */
    public synchronized void refresh() {
        Map<JWSAlgorithm, Current> current = new HashMap<>();
        Map<String, JWSVerifier> verifiers = new HashMap<>();
        List<JWK> published = new ArrayList<>();
        Instant now = clock.instant();
        List<SigningKeyStore.Generation> generations = store.generations(PURPOSE);
        for (int i = 0; i < generations.size(); i++) {
            SigningKeyStore.Generation generation = generations.get(i);
            Optional<SigningKeyStore.Generation> successor = Optional.of(i + 1)
                    .filter(next -> next < generations.size())
                    .map(generations::get)
                    .filter(next -> next.purpose().equals(generation.purpose()));
            if (successor.isPresent()
                    && successor.get().activatesAt().plus(retention).isBefore(now)) {
                store.delete(generation);
                continue;
            }
            Usable found = usable.computeIfAbsent(generation.key().keyId(), id -> usable(generation.key()));
            verifiers.put(found.key().getKeyID(), found.verifier());
            if (!algorithms.contains(algorithm(generation))) {
                continue;
            }
            published.add(found.key().toPublicJWK());
            if (!generation.activatesAt().isAfter(now)) {
                current.put(algorithm(generation), new Current(found.key().getKeyID(), found.signer()));
            }
        }
        usable.keySet().retainAll(verifiers.keySet());
        boolean same = published.equals(snapshot.published().getKeys());
        snapshot = new Snapshot(
                Map.copyOf(current), Map.copyOf(verifiers), same ? snapshot.published() : new JWKSet(published));
    }

    private static JWSAlgorithm algorithm(SigningKeyStore.Generation generation) {
        return JWSAlgorithm.parse(generation.purpose().substring(PURPOSE.length()));
    }

    private static Usable usable(SigningKeyStore.StoredKey stored) {
        try {
            JWK key = JWK.parse(stored.privatePart());
            return new Usable(key, KeyPairs.signer(key), Verifiers.of(key));
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException("the stored key " + stored.keyId() + " is unusable", e);
        }
    }
}
