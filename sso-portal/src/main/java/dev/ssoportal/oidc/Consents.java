package dev.ssoportal.oidc;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Set;

/** What people have allowed third-party apps to know. */
public final class Consents {
    private final ConsentStore store;
    private final Clock clock;

    public Consents(ConsentStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    boolean covers(String accountId, String clientId, Set<String> scopes) {
        return store.find(accountId, clientId)
                .map(granted -> granted.containsAll(scopes))
                .orElse(false);
    }

    /** Adds scopes to what was granted before. */
    void grant(String accountId, String clientId, Set<String> scopes) {
        Set<String> all = new LinkedHashSet<>(store.find(accountId, clientId).orElse(Set.of()));
        all.addAll(scopes);
        store.save(accountId, clientId, all, clock.instant());
    }
}
