package dev.ssoportal.logout;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.ExpiringMap;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The only way a session ends. The local session is gone first, whatever others answer: then its tokens, then everybody is told.
 */
public final class SessionEnder {
    private static final Duration PLAN_LIFETIME = Duration.ofMinutes(10);

    /** Who ended it. */
    public enum Cause {
        PERSON,
        APP,
        UPSTREAM,
        /** Somebody else has signed in with the same browser. */
        REPLACED
    }

    private final Sessions sessions;
    private final RefreshTokens refreshTokens;
    private final Revocations revocations;
    private final List<LogoutChannel> channels;
    private final ExpiringMap<LogoutPlan> plans;
    private final String baseUrl;
    private final AuditLog audit;
    private final RandomIds ids;
    private final Clock clock;

    /** @param channels in the order in which the browser visits; the upstream comes last */
    public SessionEnder(
            Sessions sessions,
            RefreshTokens refreshTokens,
            Revocations revocations,
            List<LogoutChannel> channels,
            Cluster cluster,
            String baseUrl,
            AuditLog audit,
            RandomIds ids,
            Clock clock) {
        this.sessions = sessions;
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        this.channels = List.copyOf(channels);
        this.plans = cluster.map("logout-plans", LogoutPlan.class, Cluster.Durability.BOUNDED);
        this.baseUrl = baseUrl;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Ends a session. Ending one that has ended already is fine and does nothing.
     *
     * @param landing where the person shall land: a URL that has been checked
     * @return where the browser goes now
     */
    public String end(String sessionId, Cause cause, String landing) {
        if (sessions.find(sessionId).isEmpty()) {
            return landing;
        }
        // The marks first: when the database fails in between, the session is still there and the logout can be tried
        // again.
        revocations.revokeSession(sessionId);
        refreshTokens.revokeSession(sessionId);
        Optional<SsoSession> session = sessions.take(sessionId);
        if (session.isEmpty()) {
            return landing;
        }
        audit.record(
                AuditLog.Event.SESSION_ENDED,
                "sid",
                sessionId,
                "sub",
                session.get().account().id(),
                "cause",
                cause);
        String planId = ids.secret();
        List<LogoutChannel.Hop> hops = new ArrayList<>();
        for (LogoutChannel channel : channels) {
            hops.addAll(channel.tell(session.get(), planId));
        }
        if (hops.isEmpty() || cause == Cause.UPSTREAM || cause == Cause.REPLACED) {
            return landing;
        }
        plans.put(planId, new LogoutPlan(hops, landing, clock.instant().plus(PLAN_LIFETIME)));
        return baseUrl + "/logout/next?plan=" + planId;
    }

    /** The next stop of a browser that is being led: a hop, or the landing. Empty when the plan is unknown or too old. */
    Optional<String> next(String planId) {
        Optional<ExpiringMap.Change<LogoutPlan>> step = plans.change(planId, LogoutPlan::withoutFirstHop);
        return step.map(change -> change.before().hops().isEmpty()
                ? change.before().landing()
                : change.before().hops().get(0).url());
    }
}
