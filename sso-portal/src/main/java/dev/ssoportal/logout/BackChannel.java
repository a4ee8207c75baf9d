package dev.ssoportal.logout;

import dev.ssoportal.session.SsoSession;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A way to tell apps of the end of a session without a browser: we call them. */
public interface BackChannel {

    /** The participants that want to be called. */
    List<Recipient> recipients(SsoSession session);

    /** The participants that have no way to be told at all. */
    List<Recipient> unreachable(SsoSession session);

    /**
     * Calls one of them, on nobody's thread.
     *
     * @return the HTTP status of the answer; fails when there is none in time, or when the recipient is no longer known
     */
    CompletableFuture<Integer> send(String recipient, String accountId, String sessionId);
}
