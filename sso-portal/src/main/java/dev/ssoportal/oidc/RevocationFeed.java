package dev.ssoportal.oidc;

import dev.ssoportal.http.EventStream;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.AccessToken;
import dev.ssoportal.token.Revocation;
import dev.ssoportal.token.Revocations;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Tells gateways and services of every revocation as it happens. The id of an event is its time in milliseconds: whoever comes back with the
 * last one, to whichever member, hears everything since, some of it twice, which does no harm.
 */
public final class RevocationFeed implements AutoCloseable {
    /** More than members' clocks differ by and a mark is under way. */
    private static final Duration OVERLAP = Duration.ofSeconds(60);

    private static final int MAX_READERS = 500;

    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private final Revocations revocations;
    private final Predicate<AccessToken> stillGood;
    private final BooleanSupplier inTouch;

    private record Reader(EventStream stream, AccessToken token) {}

    /**
     * @param stillGood whether a token may still read
     * @param inTouch whether this member hears of everything; readers of one that does not are better off elsewhere
     */
    public RevocationFeed(Revocations revocations, Predicate<AccessToken> stillGood, BooleanSupplier inTouch) {
        this.revocations = revocations;
        this.stillGood = stillGood;
        this.inTouch = inTouch;
        revocations.listen(revocation -> {
            if (!readers.isEmpty()) {
                EventStream.Event event = event(revocation);
                readers.forEach(reader -> reader.stream().send(event));
            }
        });
    }

    boolean isFull() {
        return readers.size() >= MAX_READERS;
    }

    /** @param since the time of the last event that the reader has seen; everything that matters if it has seen none */
    void open(EventStream stream, AccessToken token, Instant since) {
        // Listens first and looks back second: nothing falls between.
        readers.add(new Reader(stream, token));
        Instant from = since.equals(Instant.EPOCH) ? since : since.minus(OVERLAP);
        List<Revocation> missed = revocations.since(from);
        long last = missed.stream()
                .mapToLong(revocation -> revocation.revokedAt().toEpochMilli())
                .reduce(since.toEpochMilli(), Math::max);
        stream.replay(Stream.concat(
                        missed.stream().map(RevocationFeed::event),
                        Stream.of(new EventStream.Event(Long.toString(last), "caught-up", "{}")))
                .iterator());
    }

    private static EventStream.Event event(Revocation revocation) {
        Map<String, Object> entry = new LinkedHashMap<>();
        revocation.tokenId().ifPresent(id -> entry.put("jti", id));
        revocation.grantId().ifPresent(id -> entry.put("grant_id", id));
        revocation.sessionId().ifPresent(id -> entry.put("sid", id));
        revocation.subject().ifPresent(subject -> entry.put("sub", subject));
        revocation.clientId().ifPresent(id -> entry.put("client_id", id));
        entry.put("iat", revocation.revokedAt().getEpochSecond());
        entry.put("exp", revocation.expiresAt().getEpochSecond());
        return new EventStream.Event(
                Long.toString(revocation.revokedAt().toEpochMilli()), "revocation", Json.writeText(entry));
    }

    /** Tells every reader that we are there, and lets those go whose token is not good any more. */
    public void beat() {
        for (Reader reader : readers) {
            if (!inTouch.getAsBoolean() || !stillGood.test(reader.token())) {
                reader.stream().close();
            }
            reader.stream().beat();
        }
        readers.removeIf(reader -> !reader.stream().isOpen());
    }

    /** Lets every reader go; they come back to another member. */
    @Override
    public void close() {
        readers.forEach(reader -> reader.stream().close());
        readers.clear();
    }
}
