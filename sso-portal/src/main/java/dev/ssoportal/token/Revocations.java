package dev.ssoportal.token;

import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.SharedMarks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Marks on access tokens that must not be accepted although they have not expired: by token, by grant, by session, by person and
 * app, by app. Written
 * through to SQL, since what was revoked stays revoked; known to every member before the revocation is acknowledged; kept as long as a
 * marked token could live.
 */
public final class Revocations {
    /** The scope of those who may hear of every revocation. */
    public static final String SCOPE = "revocations";

    private static final String TOKEN = "jti:";
    private static final String GRANT = "grant:";
    private static final String SESSION = "sid:";
    private static final String PERSON_AT_APP = "sub:";
    private static final String CLIENT = "client:";

    /** What members' clocks may differ by. */
    private static final Duration SKEW = Duration.ofSeconds(2);

    /** Between the person, as the app calls her, and the app; in neither. */
    private static final char SEPARATOR = ' ';

    private final SharedMarks marks;
    private final Subjects subjects;
    private final TokenConfig config;
    private final Clock clock;

    public Revocations(Cluster cluster, Subjects subjects, TokenConfig config, Clock clock) {
        this.subjects = subjects;
        this.marks = cluster.marks();
        this.config = config;
        this.clock = clock;
    }

    public void revokeToken(String tokenId) {
        mark(TOKEN + tokenId);
    }

    public void revokeGrant(String grantId) {
        mark(GRANT + grantId);
    }

    public void revokeSession(String sessionId) {
        mark(SESSION + sessionId);
    }

    /** Revokes what an app has been given for a person so far. */
    public void revokePersonAtApp(String accountId, String clientId) {
        mark(PERSON_AT_APP + subjects.of(clientId, accountId) + SEPARATOR + clientId);
    }

    /** Revokes all that a client has been given so far: it is gone. */
    public void revokeClient(String clientId) {
        mark(CLIENT + clientId);
    }

    boolean isRevoked(AccessToken token) {
        if (marks.isEmpty()) {
            return false;
        }
        return marks.has(TOKEN + token.tokenId())
                || marks.has(CLIENT + token.clientId())
                || token.sessionId().filter(this::isSessionRevoked).isPresent()
                || token.grantId().filter(this::isGrantRevoked).isPresent()
                || marks.find(PERSON_AT_APP + token.subject() + SEPARATOR + token.clientId())
                        .filter(mark ->
                                !token.issuedAt().isAfter(mark.createdAt().plus(SKEW)))
                        .isPresent();
    }

    /** Whether what has been granted then has been taken back since. */
    public boolean isTakenBack(Authorization authorization) {
        return marks.find(PERSON_AT_APP
                        + subjects.of(authorization.clientId(), authorization.accountId())
                        + SEPARATOR
                        + authorization.clientId())
                .filter(mark -> !authorization.grantedAt().isAfter(mark.createdAt()))
                .isPresent();
    }

    public boolean isGrantRevoked(String grantId) {
        return marks.has(GRANT + grantId);
    }

    public boolean isSessionRevoked(String sessionId) {
        return marks.has(SESSION + sessionId);
    }

    /** Calls the listener with every revocation from now on; it must not wait for anything. */
    public void listen(Consumer<Revocation> listener) {
        marks.listen(mark -> listener.accept(revocation(mark)));
    }

    /** The revocations since then that still matter, oldest first. */
    public List<Revocation> since(Instant instant) {
        return marks.since(instant).stream().map(Revocations::revocation).toList();
    }

    private static Revocation revocation(SharedMarks.Mark mark) {
        Optional<String> person = named(mark, PERSON_AT_APP);
        return new Revocation(
                named(mark, TOKEN),
                named(mark, GRANT),
                named(mark, SESSION),
                person.map(names -> names.substring(0, names.indexOf(SEPARATOR))),
                person.map(names -> names.substring(names.indexOf(SEPARATOR) + 1))
                        .or(() -> named(mark, CLIENT)),
                mark.createdAt(),
                mark.expiresAt());
    }

    private static Optional<String> named(SharedMarks.Mark mark, String kind) {
        return mark.key().startsWith(kind) ? Optional.of(mark.key().substring(kind.length())) : Optional.empty();
    }

    /** Hears of what another side of a split cluster has revoked. */
    public void readNew() {
        marks.readNew();
    }

    public void deleteExpired() {
        marks.deleteExpired();
    }

    private void mark(String key) {
        marks.put(key, clock.instant().plus(config.longestAccess()).plusSeconds(60));
    }
}
