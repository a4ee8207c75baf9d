package dev.ssoportal.logout;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.session.SessionLink;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.ExpiringMap;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The only way a session ends. The local session is gone first, whatever others answer: then its tokens, then everybody is told.
 */
public final class SessionEnder {
    private static final Duration PLAN_LIFETIME = Duration.ofMinutes(10);
    private static final int SWEPT_AT_ONCE = 200;

    /** The page that says who has been told. */
    public static final String SIGNED_OUT = "/signed-out";

    /** Who ended it. */
    public enum Cause {
        PERSON,
        APP,
        UPSTREAM,
        /** The person, from another of her sessions. */
        PERSON_ELSEWHERE,
        /** An administrator, from the list. */
        ADMINISTRATOR,
        /** Somebody else has signed in with the same browser. */
        REPLACED,
        /** The idle or the absolute limit has passed. */
        LIMIT
    }

    private final Sessions sessions;
    private final RefreshTokens refreshTokens;
    private final Revocations revocations;
    private final LogoutNotices notices;
    private final List<FrontChannel> frontChannels;
    private final ExpiringMap<LogoutPlan> plans;
    private final String baseUrl;
    private final AuditLog audit;
    private final RandomIds ids;
    private final Clock clock;

    /** @param frontChannels in the order in which the browser visits; the upstream comes last */
    public SessionEnder(
            Sessions sessions,
            RefreshTokens refreshTokens,
            Revocations revocations,
            LogoutNotices notices,
            List<FrontChannel> frontChannels,
            Cluster cluster,
            String baseUrl,
            AuditLog audit,
            RandomIds ids,
            Clock clock) {
        this.sessions = sessions;
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        this.notices = notices;
        this.frontChannels = List.copyOf(frontChannels);
        this.plans = cluster.map("logout-plans", LogoutPlan.class, Cluster.Durability.BOUNDED);
        this.baseUrl = baseUrl;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /** Ends a session whose browser is not here. Ending one that has ended already is fine and does nothing. */
    public void end(String sessionId, Cause cause) {
        take(sessionId, cause);
    }

    /**
     * Ends the session of this browser, and leads it past everybody whom only a browser can tell.
     *
     * @param landing where the person shall land: a URL that has been checked
     * @return where the browser goes now
     */
    public String end(String sessionId, Cause cause, String landing) {
        Map<String, String> upstreamLogout =
                sessions.link(sessionId).map(SessionLink::upstreamLogout).orElse(Map.of());
        Optional<SsoSession> session = take(sessionId, cause);
        if (session.isEmpty()) {
            return landing;
        }
        String planId = ids.secret();
        List<Hop> hops = new ArrayList<>();
        for (FrontChannel channel : frontChannels) {
            hops.addAll(channel.hops(session.get(), upstreamLogout, planId));
        }
        if (cause == Cause.UPSTREAM) {
            // The provider knows already.
            hops.removeIf(hop -> !hop.framed());
        }
        notices.prepare(session.get(), hops);
        boolean toTell =
                landing.equals(SIGNED_OUT) && !notices.receipts(sessionId).isEmpty();
        if (hops.isEmpty() && !toTell) {
            return landing;
        }
        String end = toTell ? landing + "?plan=" + planId : landing;
        plans.put(
                planId,
                new LogoutPlan(sessionId, List.of(), hops, end, clock.instant().plus(PLAN_LIFETIME)));
        return hops.isEmpty() ? end : baseUrl + "/logout/next?plan=" + planId;
    }

    private Optional<SsoSession> take(String sessionId, Cause cause) {
        Optional<SsoSession> found = sessions.find(sessionId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        // The marks and the notices first: when the database fails in between, the session is still there and the
        // logout can be tried again.
        revocations.revokeSession(sessionId);
        refreshTokens.revokeSession(sessionId);
        List<LogoutNotice> toSend = new ArrayList<>(notices.prepare(found.get()));
        Optional<SsoSession> session = sessions.take(sessionId);
        if (session.isPresent()
                && !session.get().participants().equals(found.get().participants())) {
            toSend.addAll(notices.prepare(session.get()));
        }
        notices.send(toSend);
        session.ifPresent(ended -> record(ended, cause));
        return session;
    }

    private void record(SsoSession session, Cause cause) {
        audit.record(
                AuditLog.Event.SESSION_ENDED,
                "sid",
                session.id(),
                "sub",
                session.account().id(),
                "cause",
                cause);
    }

    /**
     * Ends the sessions whose limit has passed. Grants with {@code offline_access} go on: to work while the person is away is what they are
     * for (OpenID Connect Back-Channel Logout 1.0, section 2.7).
     */
    public void endExpired() {
        Instant now = clock.instant();
        Collection<SsoSession> expired = sessions.expired(now, SWEPT_AT_ONCE);
        while (!expired.isEmpty()) {
            expired.forEach(session -> endExpired(session, now));
            expired = sessions.expired(now, SWEPT_AT_ONCE);
        }
    }

    private void endExpired(SsoSession session, Instant now) {
        revocations.revokeSession(session.id());
        List<LogoutNotice> toSend = notices.prepare(session);
        boolean taken = sessions.takeExpired(session, now);
        notices.send(toSend);
        if (taken) {
            record(session, Cause.LIMIT);
        }
    }

    /** Where a browser that is being led goes next. */
    sealed interface Step {
        /** A page with frames, that goes on by itself. */
        record Frames(List<Hop> hops) implements Step {}

        record Redirect(String url) implements Step {}
    }

    /** The next stop: some frames, a provider, or the landing. Empty when the plan is unknown or too old. */
    Optional<Step> next(String planId) {
        Optional<ExpiringMap.Change<LogoutPlan>> change = plans.change(planId, LogoutPlan::advanced);
        if (change.isEmpty()) {
            return Optional.empty();
        }
        LogoutPlan now = change.get().after();
        notices.deliver(now.sessionId(), change.get().before().visiting(), LogoutNotice.State.ACKNOWLEDGED);
        notices.deliver(now.sessionId(), now.visiting(), LogoutNotice.State.SENT);
        if (now.visiting().isEmpty()) {
            return Optional.of(new Step.Redirect(now.landing()));
        }
        return Optional.of(
                now.visiting().get(0).framed()
                        ? new Step.Frames(now.visiting())
                        : new Step.Redirect(now.visiting().get(0).url()));
    }

    /** The receipts of the logout that a browser has been led through. */
    public List<LogoutNotice> receipts(String planId) {
        return plans.get(planId).map(plan -> notices.receipts(plan.sessionId())).orElse(List.of());
    }
}
