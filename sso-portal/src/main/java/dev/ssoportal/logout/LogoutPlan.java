package dev.ssoportal.logout;

import dev.ssoportal.store.Expiring;
import java.time.Instant;
import java.util.List;

/** What is left of a logout that leads the browser through several places: the hops, and where the person lands. */
record LogoutPlan(List<LogoutChannel.Hop> hops, String landing, Instant expiresAt) implements Expiring {
    LogoutPlan {
        hops = hops == null ? List.of() : List.copyOf(hops);
    }

    LogoutPlan withoutFirstHop() {
        return hops.isEmpty() ? this : new LogoutPlan(hops.subList(1, hops.size()), landing, expiresAt);
    }
}
