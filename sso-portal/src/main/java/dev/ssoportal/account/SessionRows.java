package dev.ssoportal.account;

import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Sessions as pages list them. */
public final class SessionRows {
    private final AppCatalog catalog;
    private final Map<String, String> providerNames;

    /** @param providerNames what people call the identity providers, by id */
    public SessionRows(AppCatalog catalog, Map<String, String> providerNames) {
        this.catalog = catalog;
        this.providerNames = Map.copyOf(providerNames);
    }

    /**
     * What a page shows of a session.
     *
     * @param current whether it is the one of the browser that looks
     * @param provider empty for local accounts
     */
    public record Row(
            String id,
            boolean current,
            String browser,
            String address,
            Ago since,
            Ago lastUsed,
            String provider,
            boolean remembered,
            List<String> apps) {}

    /** The current one first, then the latest used. */
    List<Row> of(List<Sessions.Known> sessions, SsoSession current, Instant now) {
        return sessions.stream()
                .sorted(Comparator.comparing(
                                (Sessions.Known known) -> !known.session().id().equals(current.id()))
                        .thenComparing(known -> known.session().usedAt(), Comparator.reverseOrder()))
                .map(known -> row(known, current, now))
                .toList();
    }

    private Row row(Sessions.Known known, SsoSession current, Instant now) {
        SsoSession session = known.session();
        return new Row(
                session.id(),
                session.id().equals(current.id()),
                BrowserName.of(known.link().device().userAgent()),
                known.link().device().address(),
                Ago.of(session.createdAt(), now),
                Ago.of(session.usedAt(), now),
                providerNames.getOrDefault(session.provider(), ""),
                session.remembered(),
                session.participants().stream()
                        .map(participant -> catalog.nameOf(participant.clientId()))
                        .toList());
    }
}
