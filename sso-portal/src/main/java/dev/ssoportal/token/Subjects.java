package dev.ssoportal.token;

import dev.ssoportal.crypto.Pseudonyms;
import dev.ssoportal.directory.AppCatalog;
import java.util.Optional;

/**
 * What apps call people: by their account's id, or, where an app has a sector, by a name that apps of other sectors cannot compare (OpenID
 * Connect Core, <a href="https://openid.net/specs/openid-connect-core-1_0.html#SubjectIDTypes">section 8</a>).
 */
public final class Subjects {
    private final AppCatalog catalog;
    private final Pseudonyms pseudonyms;

    public Subjects(AppCatalog catalog, Pseudonyms pseudonyms) {
        this.catalog = catalog;
        this.pseudonyms = pseudonyms;
    }

    /** The {@code sub} of a person at a client. */
    public String of(String clientId, String accountId) {
        return sector(clientId).map(sector -> pseudonyms.of(sector, accountId)).orElse(accountId);
    }

    /** The account behind a {@code sub}; empty when it cannot be one of this client. */
    public Optional<String> accountId(String clientId, String subject) {
        Optional<String> sector = sector(clientId);
        return sector.isPresent() ? pseudonyms.reveal(sector.get(), subject) : Optional.of(subject);
    }

    private Optional<String> sector(String clientId) {
        return catalog.knownApp(clientId).flatMap(app -> app.rules().sector());
    }
}
