package dev.ssoportal.logout;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.session.SsoSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Sees to it that everybody whom the end of a session concerns is told, and keeps the receipts. A notice is in SQL before the session is
 * gone; whichever member has the turn sends it, off the requests' threads, again with growing pauses. An app that is silent delays nobody.
 */
public final class LogoutNotices {
    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofHours(6));

    /** Longer than a call may take. A member that stops in the middle of one leaves the turn to the others. */
    private static final Duration TURN = Duration.ofSeconds(15);

    private static final Duration KEPT = Duration.ofDays(30);
    private static final int AT_ONCE = 200;
    private static final int SHOWN = 100;
    private static final int MAX_ANSWER = 200;

    private final LogoutNoticeStore store;
    private final BackChannel backChannel;
    private final Executor executor;
    private final AuditLog audit;
    private final Clock clock;

    public LogoutNotices(
            LogoutNoticeStore store, BackChannel backChannel, Executor executor, AuditLog audit, Clock clock) {
        this.store = store;
        this.backChannel = backChannel;
        this.executor = executor;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Writes down who has to be called, whom the browser will tell, and who cannot be told. Done before the session is removed, and again
     * after, for the app that came in between.
     *
     * @return what this caller has to send once the session is gone: of all who end one session, one gets each notice
     */
    List<LogoutNotice> prepare(SsoSession session, List<Hop> hops) {
        return insert(notices(session, hops, clock.instant()));
    }

    /** Like {@link #prepare}, and writes down that the session has to go, whatever fails from here on; {@link #ended} is the other end of it. */
    List<LogoutNotice> begin(SsoSession session, List<Hop> hops) {
        Instant now = clock.instant();
        List<LogoutNotice> notices = notices(session, hops, now);
        notices.add(LogoutNotice.ofSession(session.id(), session.account().id(), now, now.plus(TURN)));
        return insert(notices);
    }

    /** The session has gone. */
    void ended(String sessionId) {
        store.deleteOfSession(sessionId);
    }

    private List<LogoutNotice> notices(SsoSession session, List<Hop> hops, Instant now) {
        List<LogoutNotice> notices = new ArrayList<>();
        for (Recipient recipient : backChannel.recipients(session)) {
            notices.add(notice(session, LogoutNotice.Channel.BACK, recipient, now));
        }
        for (Recipient recipient : backChannel.unreachable(session)) {
            notices.add(notice(session, LogoutNotice.Channel.BACK, recipient, now)
                    .became(LogoutNotice.State.GIVEN_UP, "no logout URI", now, now));
        }
        for (Hop hop : hops) {
            LogoutNotice notice = notice(session, channel(hop), hop.recipient(), now);
            notices.add(
                    hop.isReachable()
                            ? notice
                            : notice.became(LogoutNotice.State.GIVEN_UP, "no browser to lead there", now, now));
        }
        return notices;
    }

    private List<LogoutNotice> insert(List<LogoutNotice> notices) {
        return store.insert(notices).stream()
                .filter(notice ->
                        notice.channel() == LogoutNotice.Channel.BACK && notice.state() == LogoutNotice.State.PENDING)
                .toList();
    }

    /** Nobody but its owner sends it before the turn is over. */
    private static LogoutNotice notice(
            SsoSession session, LogoutNotice.Channel channel, Recipient recipient, Instant now) {
        return LogoutNotice.of(session.id(), session.account().id(), channel, recipient, now, now.plus(TURN));
    }

    private static LogoutNotice.Channel channel(Hop hop) {
        return hop.framed() ? LogoutNotice.Channel.FRONT : LogoutNotice.Channel.UPSTREAM;
    }

    /** The browser has been sent to these, or is back from them. */
    void deliver(String sessionId, List<Hop> hops, LogoutNotice.State state) {
        for (boolean framed : new boolean[] {true, false}) {
            List<Hop> some = hops.stream().filter(hop -> hop.framed() == framed).toList();
            if (!some.isEmpty()) {
                store.deliver(
                        sessionId,
                        channel(some.get(0)),
                        some.stream().map(hop -> hop.recipient().id()).toList(),
                        state,
                        clock.instant());
            }
        }
    }

    /** Sends what {@link #prepare} has returned. */
    void send(List<LogoutNotice> notices) {
        notices.forEach(this::take);
    }

    private void take(LogoutNotice notice) {
        Instant now = clock.instant();
        LogoutNotice sent = notice.sent(now, now.plus(TURN));
        if (store.replace(notice, sent)) {
            send(sent);
        }
    }

    private void send(LogoutNotice notice) {
        CompletableFuture<Void> unused = backChannel
                .send(notice.recipient().id(), notice.accountId(), notice.sessionId())
                .handleAsync(
                        (status, failure) -> {
                            heard(notice, status, failure);
                            return null;
                        },
                        executor);
    }

    private void heard(LogoutNotice notice, Integer status, Throwable failure) {
        boolean acknowledged = status != null && status >= 200 && status < 300;
        String answer = failure == null ? "answered " + status : described(failure);
        boolean again = !acknowledged && notice.tries() <= PAUSES.size();
        LogoutNotice.State state = acknowledged
                ? LogoutNotice.State.ACKNOWLEDGED
                : again ? LogoutNotice.State.RETRYING : LogoutNotice.State.GIVEN_UP;
        Instant now = clock.instant();
        Instant next = again ? now.plus(PAUSES.get(notice.tries() - 1)) : now;
        // Who has heard has heard, even if another member has taken the turn meanwhile.
        boolean noted = acknowledged
                ? store.acknowledge(notice, answer, now)
                : store.replace(notice, notice.became(state, answer, now, next));
        if (noted) {
            audit.record(
                    event(state),
                    "sid",
                    notice.sessionId(),
                    "client",
                    notice.recipient().id(),
                    "tries",
                    notice.tries(),
                    "answer",
                    answer);
        }
    }

    private static AuditLog.Event event(LogoutNotice.State state) {
        return switch (state) {
            case ACKNOWLEDGED -> AuditLog.Event.LOGOUT_ACKNOWLEDGED;
            case GIVEN_UP -> AuditLog.Event.LOGOUT_GIVEN_UP;
            case PENDING, SENT, RETRYING -> AuditLog.Event.LOGOUT_RETRIED;
        };
    }

    private static String described(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String text = cause.getClass().getSimpleName()
                + (cause.getMessage() == null ? "" : ": " + cause.getMessage().replaceAll("\\p{Cntrl}", "?"));
        return text.length() <= MAX_ANSWER ? text : text.substring(0, MAX_ANSWER);
    }

    /** Notices whose turn it is: sent in vain, prepared by a member that is no more, or not sent yet. */
    List<LogoutNotice> due() {
        return store.due(clock.instant(), AT_ONCE);
    }

    /** Unless the session has to go after all. */
    void forget(LogoutNotice notice) {
        store.delete(notice);
    }

    /** What a browser was to deliver and has not for longer than it is led: the person has gone elsewhere. */
    void giveUpOnBrowsers(Duration led) {
        store.giveUpOnBrowsers(clock.instant(), clock.instant().minus(led));
    }

    /** Who has been told of the end of a session, and who has not. */
    public List<LogoutNotice> receipts(String sessionId) {
        return store.ofSession(sessionId);
    }

    /** The latest receipts of all sessions that a person has had. */
    public List<LogoutNotice> receiptsOfAccount(String accountId) {
        return store.ofAccount(accountId, SHOWN);
    }

    public void deleteOld() {
        store.deleteBefore(clock.instant().minus(KEPT));
    }
}
