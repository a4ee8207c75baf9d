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
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
        LIMIT,
        /** A member died while it ended the session. */
        RESUMED
    }

    private static final Logger LOG = LoggerFactory.getLogger(SessionEnder.class);

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
        sessions.findToEnd(sessionId).ifPresent(session -> take(session, withoutBrowser(session), cause));
    }

    /** Apps that only a browser could tell, when there is none. */
    private List<Hop> withoutBrowser(SsoSession session) {
        return hops(session, Map.of(), "").stream()
                .filter(Hop::framed)
                .map(Hop::unreachable)
                .toList();
    }

    /**
     * Ends the session of this browser, and leads it past everybody whom only a browser can tell.
     *
     * @param landing where the person shall land: a URL that has been checked
     * @return where the browser goes now
     */
    public String end(String sessionId, Cause cause, String landing) {
        Optional<SsoSession> found = sessions.findToEnd(sessionId);
        if (found.isEmpty()) {
            return landing;
        }
        Map<String, String> upstreamLogout =
                sessions.link(sessionId).map(SessionLink::upstreamLogout).orElse(Map.of());
        String planId = ids.secret();
        List<Hop> hops = new ArrayList<>(hops(found.get(), upstreamLogout, planId));
        if (cause == Cause.UPSTREAM) {
            // The provider knows already.
            hops.removeIf(hop -> !hop.framed());
        }
        List<Hop> reachable = hops.stream().filter(Hop::isReachable).toList();
        if (hops.isEmpty() && found.get().participants().isEmpty()) {
            take(found.get(), hops, cause);
            return landing;
        }
        // Before the session is gone: a failure in between leaves a logout that can be tried again.
        String end = landing.equals(SIGNED_OUT) ? receiptsPage(found.get()) : landing;
        plans.put(planId, plan(sessionId, reachable, end));
        if (take(found.get(), hops, cause).isEmpty()) {
            return landing;
        }
        return reachable.isEmpty() ? end : baseUrl + "/logout/next?plan=" + planId;
    }

    private List<Hop> hops(SsoSession session, Map<String, String> upstreamLogout, String planId) {
        List<Hop> hops = new ArrayList<>();
        for (FrontChannel channel : frontChannels) {
            hops.addAll(channel.hops(session, upstreamLogout, planId));
        }
        return hops;
    }

    /** The receipts have a key of their own: that of the plan is told to the provider. */
    private String receiptsPage(SsoSession session) {
        String key = ids.secret();
        plans.put(key, plan(session.id(), List.of(), SIGNED_OUT));
        return SIGNED_OUT + "?receipts=" + key;
    }

    private LogoutPlan plan(String sessionId, List<Hop> hops, String landing) {
        return new LogoutPlan(
                sessionId, List.of(), hops, landing, clock.instant().plus(PLAN_LIFETIME));
    }

    private Optional<SsoSession> take(SsoSession found, List<Hop> hops, Cause cause) {
        // The marks and the notices first: when something fails in between, the session is still there, worth nothing
        // while its mark lasts, and whoever finds that it has to go goes on with its end.
        revocations.revokeSession(found.id());
        List<LogoutNotice> toSend = new ArrayList<>(notices.begin(found, hops));
        refreshTokens.revokeSession(found.id());
        Optional<SsoSession> session = sessions.take(found.id());
        if (session.isPresent() && !session.get().participants().equals(found.participants())) {
            toSend.addAll(notices.prepare(session.get(), hops));
        }
        notices.ended(found.id());
        notices.send(toSend);
        session.ifPresent(ended -> record(ended, cause));
        return session;
    }

    /** Sends notices whose turn it is, and goes on with what a member that died has begun. One that cannot be dealt with keeps nobody waiting. */
    public void goOn() {
        notices.due().forEach(due -> guarded("notice of " + due.sessionId(), () -> goOn(due)));
    }

    private void goOn(LogoutNotice due) {
        if (due.channel() == LogoutNotice.Channel.SESSION) {
            goOn(due.sessionId());
        } else if (due.state() == LogoutNotice.State.PENDING
                && sessions.findToEnd(due.sessionId()).isPresent()) {
            // Its limit had seemed to pass, and somebody was still using it.
            notices.forget(due);
        } else {
            notices.send(List.of(due));
        }
    }

    private void goOn(String sessionId) {
        List<LogoutNotice> toSend = List.of();
        if (sessions.findToEnd(sessionId).isPresent()) {
            revocations.revokeSession(sessionId);
            refreshTokens.revokeSession(sessionId);
            Optional<SsoSession> ended = sessions.take(sessionId);
            toSend = ended.map(session -> notices.prepare(session, withoutBrowser(session)))
                    .orElse(List.of());
            ended.ifPresent(session -> record(session, Cause.RESUMED));
        }
        notices.ended(sessionId);
        notices.send(toSend);
    }

    /** Runs a step for one session; one that fails is logged and tried again at the next turn. */
    private static boolean guarded(String what, Runnable step) {
        try {
            step.run();
            return true;
        } catch (UncheckedIOException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("the {} is left for the next turn", what, e);
            return false;
        }
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
        notices.giveUpOnBrowsers(PLAN_LIFETIME);
        Instant now = clock.instant();
        Collection<SsoSession> expired = sessions.expired(now, SWEPT_AT_ONCE);
        while (!expired.isEmpty()) {
            long ended = expired.stream()
                    .filter(session -> {
                        AtomicBoolean gone = new AtomicBoolean();
                        return guarded("end of " + session.id(), () -> gone.set(endExpired(session, now)))
                                && gone.get();
                    })
                    .count();
            // When other members are faster, they do the rest too.
            expired = ended == 0 ? List.of() : sessions.expired(now, SWEPT_AT_ONCE);
        }
    }

    private boolean endExpired(SsoSession session, Instant now) {
        List<LogoutNotice> toSend = notices.prepare(session, withoutBrowser(session));
        if (!sessions.takeExpired(session, now)) {
            return false;
        }
        revocations.revokeSession(session.id());
        notices.send(toSend);
        record(session, Cause.LIMIT);
        return true;
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

    /** The receipts that the page after a logout shows. */
    public List<LogoutNotice> receipts(String key) {
        return plans.get(key).map(plan -> notices.receipts(plan.sessionId())).orElse(List.of());
    }
}
