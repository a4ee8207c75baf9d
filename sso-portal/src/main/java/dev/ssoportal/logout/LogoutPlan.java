package dev.ssoportal.logout;

import dev.ssoportal.store.Expiring;
import java.time.Instant;
import java.util.List;

/**
 * A logout that leads the browser through several places.
 *
 * @param visiting where the browser is now
 * @param hops where it has not been yet
 * @param landing where the person lands at last
 */
record LogoutPlan(String sessionId, List<Hop> visiting, List<Hop> hops, String landing, Instant expiresAt)
        implements Expiring {

    LogoutPlan {
        visiting = visiting == null ? List.of() : List.copyOf(visiting);
        hops = hops == null ? List.of() : List.copyOf(hops);
    }

    /** One step on: all framed hops at the head together, or one that redirects. */
    LogoutPlan advanced() {
        int count = 0;
        while (count < hops.size()
                && (count == 0 || hops.get(0).framed())
                && hops.get(count).framed() == hops.get(0).framed()) {
            count++;
        }
        return new LogoutPlan(sessionId, hops.subList(0, count), hops.subList(count, hops.size()), landing, expiresAt);
    }
}
