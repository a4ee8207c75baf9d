package dev.ssoportal.session;

import dev.ssoportal.store.Expiring;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which of our sessions began from one session at an upstream provider; usually one. */
record UpstreamSession(List<String> sessionIds, Instant expiresAt) implements Expiring {
    private static final int MAX_SESSIONS = 50;

    UpstreamSession {
        sessionIds = sessionIds == null ? List.of() : List.copyOf(sessionIds);
    }

    UpstreamSession and(String sessionId, Instant endsAt) {
        List<String> more = new ArrayList<>(sessionIds);
        more.add(sessionId);
        int from = Math.max(0, more.size() - MAX_SESSIONS);
        return new UpstreamSession(more.subList(from, more.size()), endsAt.isAfter(expiresAt) ? endsAt : expiresAt);
    }
}
