package dev.ssoportal.session;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.store.Expiring;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which of our sessions belong to one session, or to one person, at an upstream provider. */
record UpstreamSession(List<String> sessionIds, Instant expiresAt) implements Expiring {
    private static final int MAX_SESSIONS = 50;

    UpstreamSession {
        sessionIds = sessionIds == null ? List.of() : List.copyOf(sessionIds);
    }

    static String key(String provider, String kind, String id) {
        return SecretHash.of(provider + "\n" + kind + "\n" + id);
    }

    UpstreamSession and(String sessionId, Instant endsAt) {
        List<String> more = new ArrayList<>(sessionIds);
        more.remove(sessionId);
        more.add(sessionId);
        int from = Math.max(0, more.size() - MAX_SESSIONS);
        return new UpstreamSession(more.subList(from, more.size()), endsAt.isAfter(expiresAt) ? endsAt : expiresAt);
    }
}
