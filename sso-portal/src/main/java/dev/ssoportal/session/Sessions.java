package dev.ssoportal.session;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The sessions of the cluster. */
public final class Sessions {
    public static final String COOKIE = "session";

    private static final String MAP = "sessions";

    /** Use is written at most this often; a write to the cluster per request would buy nothing. */
    private static final Duration USE_RESOLUTION = Duration.ofMinutes(1);

    private final ExpiringMap<SsoSession> sessions;
    private final ExpiringMap<Ended> endedUpstream;
    private final SessionLinkStore links;
    private final Cluster cluster;
    private final SessionConfig config;
    private final SessionCookie cookie;
    private final Predicate<String> ended;
    private final RandomIds ids;
    private final Clock clock;

    /** @param ended whether a session, by its id, has been marked as ended */
    public Sessions(
            Cluster cluster,
            SessionLinkStore links,
            SessionConfig config,
            SessionCookie cookie,
            Predicate<String> ended,
            RandomIds ids,
            Clock clock) {
        this.sessions = cluster.map(MAP, SsoSession.class, Cluster.Durability.READ_THROUGH);
        this.endedUpstream = cluster.map("ended-upstream", Ended.class, Cluster.Durability.TRANSIENT);
        this.links = links;
        this.cluster = cluster;
        this.config = config;
        this.cookie = cookie;
        this.ended = ended;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * A session that has begun, and the cookie value that only its browser gets.
     *
     * @param cookieLifetime how long the browser keeps it; absent means as long as the browser runs
     */
    public record Begun(SsoSession session, String cookieValue, Optional<Duration> cookieLifetime) {}

    record Ended(Instant endedAt, Instant expiresAt) implements Expiring {}

    /** A session with what is known about where it began. */
    public record Known(SsoSession session, SessionLink link) {}

    /**
     * Begins a session with a new id and a new secret: nothing that was known before the sign-in is worth anything after it.
     *
     * @param remember whether the person asked to stay signed in; it counts where her provider allows it
     */
    public Begun begin(Account account, UpstreamIdentity identity, Device device, boolean remember) {
        Instant now = clock.instant();
        String secret = ids.secret();
        SsoSession session = session(ids.id(), secret, account, identity, remember, now, now, List.of());
        links.insert(SessionLink.of(session, identity, device));
        sessions.put(session.id(), session);
        return begun(session, secret);
    }

    /**
     * Lets a session go on after the same person has signed in again. Apps know the session by its id, so the id stays; the secret, which is
     * what a browser is recognised by, is new.
     */
    public Begun renew(
            SsoSession session, Account account, UpstreamIdentity identity, Device device, boolean remember) {
        String secret = ids.secret();
        Instant now = clock.instant();
        Optional<SsoSession> renewed = ended.test(session.id())
                ? Optional.empty()
                : sessions.update(
                        session.id(),
                        current -> session(
                                current.id(),
                                secret,
                                account,
                                identity,
                                remember || current.remembered(),
                                current.createdAt(),
                                now,
                                current.participants()));
        if (renewed.isEmpty()) {
            // It ended while the person signed in again; what has ended never comes back.
            return begin(account, identity, device, remember);
        }
        links.put(SessionLink.of(renewed.get(), identity, device));
        return begun(renewed.get(), secret);
    }

    /** Whether the provider's session has ended since this sign-in began: ours must not outlive it. */
    public boolean isOvertaken(UpstreamIdentity identity, Instant attemptedAt) {
        return identity.sessionId()
                .flatMap(id -> endedUpstream.get(SessionLink.sessionKey(identity.provider(), id)))
                .filter(mark -> mark.endedAt().isAfter(attemptedAt))
                .isPresent();
    }

    private Begun begun(SsoSession session, String secret) {
        Optional<Duration> lifetime = session.remembered() ? Optional.of(config.rememberedTimeout()) : Optional.empty();
        return new Begun(session, cookie.value(session.id(), secret), lifetime);
    }

    private SsoSession session(
            String id,
            String secret,
            Account account,
            UpstreamIdentity identity,
            boolean remember,
            Instant createdAt,
            Instant now,
            List<Participant> participants) {
        boolean remembered = remember && config.mayRemember(identity.provider());
        Instant endsAt = now.plus(remembered ? config.rememberedTimeout() : config.absoluteTimeout());
        Instant idleEnd = now.plus(idleTimeout(remembered));
        return new SsoSession(
                id,
                SecretHash.of(secret),
                account,
                identity.provider(),
                identity.authTime(),
                identity.acr(),
                identity.amr(),
                remembered,
                createdAt,
                now,
                idleEnd.isBefore(endsAt) ? idleEnd : endsAt,
                endsAt,
                participants);
    }

    private Duration idleTimeout(boolean remembered) {
        return remembered ? config.rememberedTimeout() : config.idleTimeout();
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
        return sessions.update(session.id(), current -> current.usedAt(now, idleTimeout(current.remembered())));
    }

    /** A live session. One that is being ended is not, wherever the record may still be. */
    public Optional<SsoSession> find(String id) {
        return ended.test(id) ? Optional.empty() : sessions.get(id);
    }

    /** The record of a session, even when it is being ended: for whoever ends it. */
    public Optional<SsoSession> findToEnd(String id) {
        return sessions.get(id);
    }

    /** What is known about where a session began. */
    public Optional<SessionLink> link(String id) {
        return links.find(id);
    }

    /**
     * Notes that an app takes part. Empty when the session has ended meanwhile: then nothing may be issued.
     *
     * @param session as it was found a moment ago
     */
    public Optional<SsoSession> join(SsoSession session, String clientId) {
        if (ended.test(session.id())) {
            return Optional.empty();
        }
        // An app that takes part hears of the end, whenever that comes.
        return session.isJoinedBy(clientId)
                ? Optional.of(session)
                : sessions.update(session.id(), current -> current.joinedBy(clientId));
    }

    /** Notes that a session at a provider is over: a sign-in through it that is still under way leads nowhere. */
    public void upstreamEnded(String provider, String upstreamSessionId) {
        Instant forgotten = clock.instant().plus(config.attemptTimeout()).plus(config.attemptTimeout());
        endedUpstream.put(SessionLink.sessionKey(provider, upstreamSessionId), new Ended(clock.instant(), forgotten));
    }

    /** The sessions of a person. */
    public List<Known> findByAccount(String accountId) {
        return known(links.findByAccount(accountId));
    }

    /** The sessions here that began from one session at an upstream provider. */
    public List<Known> findByUpstreamSession(String provider, String upstreamSessionId) {
        return known(links.findByUpstreamSession(SessionLink.sessionKey(provider, upstreamSessionId)));
    }

    /** The sessions here of one person at an upstream provider, by the name that the provider's logout messages use. */
    public List<Known> findByUpstreamName(String provider, String name) {
        return known(links.findByUpstreamName(SessionLink.nameKey(provider, name)));
    }

    private List<Known> known(List<SessionLink> found) {
        return found.stream()
                .flatMap(link -> find(link.sessionId()).map(session -> new Known(session, link)).stream())
                .toList();
    }

    /** Removes a session. Only {@code SessionEnder} calls this: of all who end one session, one gets it. */
    public Optional<SsoSession> take(String id) {
        Optional<SsoSession> taken = sessions.take(id);
        links.delete(id);
        return taken;
    }

    /** Sessions whose limit has passed and whose end nobody has been told of. */
    public Collection<SsoSession> expired(Instant now, int limit) {
        return cluster.expired(MAP, SsoSession.class, now, limit).values();
    }

    /** Removes one of those. Only {@code SessionEnder} calls this: of all who do, one hears {@code true}. */
    public boolean takeExpired(SsoSession session, Instant now) {
        boolean taken = cluster.removeExpired(MAP, session.id(), now);
        if (taken) {
            links.delete(session.id());
        }
        return taken;
    }

    public void deleteExpired(Instant now) {
        links.deleteExpired(now);
    }
}
