package dev.ssoportal.session;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The sessions of the cluster. */
public final class Sessions {
    public static final String COOKIE = "session";

    /** Use is written at most this often; a write to the cluster per request would buy nothing. */
    private static final Duration USE_RESOLUTION = Duration.ofMinutes(1);

    private final ExpiringMap<SsoSession> sessions;
    private final ExpiringMap<UpstreamSession> upstreamSessions;
    private final SessionConfig config;
    private final SessionCookie cookie;
    private final RandomIds ids;
    private final Clock clock;

    public Sessions(Cluster cluster, SessionConfig config, SessionCookie cookie, RandomIds ids, Clock clock) {
        this.sessions = cluster.map("sessions", SsoSession.class, Cluster.Durability.READ_THROUGH);
        this.upstreamSessions =
                cluster.map("upstream-sessions", UpstreamSession.class, Cluster.Durability.READ_THROUGH);
        this.config = config;
        this.cookie = cookie;
        this.ids = ids;
        this.clock = clock;
    }

    /** A session that has begun, and the cookie value that only its browser gets. */
    public record Begun(SsoSession session, String cookieValue) {}

    /** Begins a session with a new id and a new secret: nothing that was known before the sign-in is worth anything after it. */
    public Begun begin(Account account, UpstreamIdentity identity) {
        Instant now = clock.instant();
        String secret = ids.secret();
        SsoSession session = session(ids.id(), secret, account, identity, now, now, List.of());
        sessions.put(session.id(), session);
        remember(session, identity);
        return new Begun(session, cookie.value(session.id(), secret));
    }

    /**
     * Lets a session go on after the same person has signed in again. Apps know the session by its id, so the id stays; the secret, which is
     * what a browser is recognised by, is new.
     */
    public Begun renew(SsoSession session, Account account, UpstreamIdentity identity) {
        String secret = ids.secret();
        Instant now = clock.instant();
        Optional<SsoSession> renewed = sessions.update(
                session.id(),
                current -> session(
                        current.id(), secret, account, identity, current.createdAt(), now, current.participants()));
        if (renewed.isEmpty()) {
            // It ended while the person signed in again; what has ended never comes back.
            return begin(account, identity);
        }
        remember(renewed.get(), identity);
        return new Begun(renewed.get(), cookie.value(session.id(), secret));
    }

    private SsoSession session(
            String id,
            String secret,
            Account account,
            UpstreamIdentity identity,
            Instant createdAt,
            Instant now,
            List<Participant> participants) {
        Instant endsAt = now.plus(config.absoluteTimeout());
        Instant idleEnd = now.plus(config.idleTimeout());
        return new SsoSession(
                id,
                SecretHash.of(secret),
                account,
                identity.provider(),
                identity.subject(),
                identity.sessionId(),
                identity.logout(),
                identity.authTime(),
                identity.acr(),
                identity.amr(),
                createdAt,
                now,
                idleEnd.isBefore(endsAt) ? idleEnd : endsAt,
                endsAt,
                participants);
    }

    /** The live session of the browser that sends this request; marks it as used. */
    public Optional<SsoSession> current(WebExchange exchange) {
        return exchange.cookie(COOKIE)
                .flatMap(cookie::parse)
                .flatMap(parsed -> find(parsed.sessionId())
                        .filter(session -> SecretHash.matches(parsed.secret(), session.secretHash())))
                .flatMap(this::touch);
    }

    private Optional<SsoSession> touch(SsoSession session) {
        Instant now = clock.instant();
        if (Duration.between(session.usedAt(), now).compareTo(USE_RESOLUTION) < 0) {
            return Optional.of(session);
        }
        return sessions.update(session.id(), current -> current.usedAt(now, config.idleTimeout()));
    }

    public Optional<SsoSession> find(String id) {
        return sessions.get(id);
    }

    /** Notes that an app takes part. Empty when the session has ended meanwhile: then nothing may be issued. */
    public Optional<SsoSession> join(String id, String clientId) {
        return sessions.update(id, session -> session.joinedBy(clientId, clock.instant()));
    }

    private void remember(SsoSession session, UpstreamIdentity identity) {
        identity.sessionId()
                .ifPresent(id -> remember(UpstreamSession.key(identity.provider(), "session", id), session));
        remember(UpstreamSession.key(identity.provider(), "subject", identity.logoutName()), session);
    }

    private void remember(String key, SsoSession session) {
        if (!upstreamSessions.putIfAbsent(key, new UpstreamSession(List.of(session.id()), session.endsAt()))) {
            upstreamSessions.update(key, known -> known.and(session.id(), session.endsAt()));
        }
    }

    /** The sessions here that began from one session at an upstream provider. */
    public List<SsoSession> findByUpstreamSession(String provider, String upstreamSessionId) {
        return find(provider, "session", upstreamSessionId);
    }

    /** The sessions here of one person at an upstream provider, by the name that the provider's logout messages use. */
    public List<SsoSession> findByUpstreamSubject(String provider, String name) {
        return find(provider, "subject", name);
    }

    private List<SsoSession> find(String provider, String kind, String id) {
        return upstreamSessions
                .get(UpstreamSession.key(provider, kind, id))
                .map(UpstreamSession::sessionIds)
                .orElse(List.of())
                .stream()
                .flatMap(sessionId -> find(sessionId).stream())
                .toList();
    }

    /** Removes a session. Only {@code SessionEnder} calls this: of all who end one session, one gets it. */
    public Optional<SsoSession> take(String id) {
        return sessions.take(id);
    }
}
