package dev.ssoportal.token;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What people have allowed third-party apps to know. */
public final class Consents {
    private final ConsentStore store;
    private final Clock clock;

    /** What one person has allowed one app. */
    public record Consent(String clientId, Set<String> scopes, Instant grantedAt) {}

    public Consents(ConsentStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    public boolean covers(String accountId, String clientId, Set<String> scopes) {
        return store.find(accountId, clientId)
                .map(granted -> granted.containsAll(scopes))
                .orElse(false);
    }

    /** Adds scopes to what was granted before. */
    public void grant(String accountId, String clientId, Set<String> scopes) {
        Set<String> all = new LinkedHashSet<>(store.find(accountId, clientId).orElse(Set.of()));
        all.addAll(scopes);
        store.save(accountId, clientId, all, clock.instant());
    }

    public List<Consent> of(String accountId) {
        return store.findByAccount(accountId);
    }

    /** The app has to ask again. */
    public void revoke(String accountId, String clientId) {
        store.delete(accountId, clientId);
    }
}
