package dev.ssoportal.directory;

import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.store.Database;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The people. An account is created at the first sign-in and found again by (provider, subject), never by a name or an address. */
public final class Accounts {
    private final AccountStore store;
    private final RandomIds ids;
    private final Clock clock;

    public Accounts(Database database, RandomIds ids, Clock clock) {
        this.store = new AccountStore(database);
        this.ids = ids;
        this.clock = clock;
    }

    public Optional<Account> find(String id) {
        return store.find(id);
    }

    /** Accounts whose user name, name or address begins so, in whatever case. */
    public List<Account> search(String beginning, int limit) {
        return store.search(beginning, limit);
    }

    /**
     * The account of a person whom a provider has just vouched for: found, linked or created, and brought up to date.
     *
     * @param linkByVerifiedEmail whether this provider is trusted to say whose address it is: then a person who signs in there for the
     *     first time is the account that has the same verified address, if exactly one has
     * @return empty when the account is disabled
     */
    public Optional<Account> signIn(UpstreamIdentity identity, boolean linkByVerifiedEmail) {
        Instant now = clock.instant();
        // Only an address that a trusted provider has vouched for may ever lead to this account: or whoever gets
        // another provider to say
        // that an address is his could lie in wait for its owner.
        boolean linkable = linkByVerifiedEmail && identity.emailVerified();
        Optional<Account> known = store.findByLink(identity.provider(), identity.subject());
        if (known.isEmpty() && linkable) {
            known = linkByEmail(identity, now);
        }
        if (known.isEmpty()) {
            Account created = merge(ids.id(), identity, now, Optional.of(now), false);
            known = Optional.of(store.insertOrFind(created, linkable, identity.provider(), identity.subject(), now));
        }
        Account current = updated(known.get(), identity, now);
        if (current.disabled()) {
            return Optional.empty();
        }
        store.update(current, linkable, now);
        return Optional.of(current);
    }

    private Optional<Account> linkByEmail(UpstreamIdentity identity, Instant now) {
        List<Account> sameAddress =
                identity.email().map(store::findByLinkableEmail).orElse(List.of());
        if (sameAddress.size() != 1) {
            return Optional.empty();
        }
        store.link(sameAddress.get(0).id(), identity.provider(), identity.subject(), now);
        return store.findByLink(identity.provider(), identity.subject());
    }

    private static Account updated(Account known, UpstreamIdentity identity, Instant now) {
        Account same = merge(known.id(), identity, known.createdAt(), known.updatedAt(), known.disabled());
        return same.equals(known)
                ? same
                : merge(known.id(), identity, known.createdAt(), Optional.of(now), known.disabled());
    }

    private static Account merge(
            String id, UpstreamIdentity identity, Instant createdAt, Optional<Instant> updatedAt, boolean disabled) {
        return new Account(
                id,
                identity.username(),
                identity.name(),
                identity.email(),
                identity.emailVerified(),
                identity.locale(),
                identity.picture(),
                identity.groups(),
                identity.roles(),
                identity.provider(),
                identity.details(),
                createdAt,
                // As it is kept.
                updatedAt.map(instant -> instant.truncatedTo(ChronoUnit.MILLIS)),
                disabled);
    }
}
