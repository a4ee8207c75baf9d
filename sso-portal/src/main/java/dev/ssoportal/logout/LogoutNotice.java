package dev.ssoportal.logout;

import java.time.Instant;

/**
 * That a session has ended, for one of those it concerns: the work still to do, and the receipt.
 *
 * @param accountId whose session it was
 * @param tries how often it has been sent
 * @param answer what came back last; never a secret
 * @param nextTryAt when it is somebody's turn to try again
 */
public record LogoutNotice(
        String sessionId,
        Channel channel,
        Recipient recipient,
        String accountId,
        State state,
        int tries,
        String answer,
        Instant createdAt,
        Instant changedAt,
        Instant nextTryAt) {

    /** How it is told. */
    public enum Channel {
        /** We call the app. */
        BACK,
        /** The browser loads a page of the app. */
        FRONT,
        /** The browser visits the provider. */
        UPSTREAM,
        /** Nobody is told: the session itself has to go. There from before the end until after it, so that no failure in between loses the end. */
        SESSION
    }

    /** What has become of it. */
    public enum State {
        /** Not sent yet. */
        PENDING,
        /** Sent, and nothing has come back yet. */
        SENT,
        /** Sent in vain, and to be sent again. */
        RETRYING,
        /** Received. */
        ACKNOWLEDGED,
        /** Tried often enough. */
        GIVEN_UP
    }

    /** @param nextTryAt until then only whoever has written it sends it */
    static LogoutNotice of(
            String sessionId, String accountId, Channel channel, Recipient recipient, Instant now, Instant nextTryAt) {
        return new LogoutNotice(sessionId, channel, recipient, accountId, State.PENDING, 0, "", now, now, nextTryAt);
    }

    /** What its end begins with. */
    static LogoutNotice ofSession(String sessionId, String accountId, Instant now, Instant nextTryAt) {
        return of(sessionId, accountId, Channel.SESSION, new Recipient("", ""), now, nextTryAt);
    }

    /** It is being sent; nobody else sends it before the turn is over. */
    LogoutNotice sent(Instant now, Instant turnEnds) {
        return with(State.SENT, tries + 1, answer, now, turnEnds);
    }

    LogoutNotice became(State newState, String newAnswer, Instant now, Instant next) {
        return with(newState, tries, newAnswer, now, next);
    }

    private LogoutNotice with(State newState, int newTries, String newAnswer, Instant now, Instant next) {
        return new LogoutNotice(
                sessionId, channel, recipient, accountId, newState, newTries, newAnswer, createdAt, now, next);
    }
}
