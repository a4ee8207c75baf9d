package dev.ssoportal.account;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.token.Consents;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code /account/apps}: what the person has let apps see and do. POST takes it back: consent, refresh tokens and access tokens. */
public final class AccountAppsEndpoint implements Endpoint {
    private static final String PATH = "/account/apps";

    private final Sessions sessions;
    private final Consents consents;
    private final RefreshTokens refreshTokens;
    private final Revocations revocations;
    private final AppCatalog catalog;
    private final Csrf csrf;
    private final AuditLog audit;
    private final Clock clock;

    public AccountAppsEndpoint(
            Sessions sessions,
            Consents consents,
            RefreshTokens refreshTokens,
            Revocations revocations,
            AppCatalog catalog,
            Csrf csrf,
            AuditLog audit,
            Clock clock) {
        this.sessions = sessions;
        this.consents = consents;
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        this.catalog = catalog;
        this.csrf = csrf;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Optional<SsoSession> session = sessions.current(exchange);
        if (session.isEmpty()) {
            return Reply.seeOther("/login?return=%2Faccount%2Fapps");
        }
        if (!"POST".equals(exchange.method())) {
            return page(session.get(), exchange.query().single("revoked").isPresent());
        }
        csrf.check(exchange);
        String clientId = exchange.form()
                .single("revoke")
                .orElseThrow(() -> new PageError(400, "error.bad-request", "no app to take back from"));
        revoke(session.get().account().id(), clientId);
        return Reply.seeOther(PATH + "?revoked=1");
    }

    private void revoke(String accountId, String clientId) {
        if (!granted(accountId).containsKey(clientId)) {
            return;
        }
        // First: whoever redeems a code from here on finds it taken back, and what was given before is revoked next.
        revocations.revokePersonAtApp(accountId, clientId);
        refreshTokens.revokePersonAtApp(accountId, clientId);
        consents.revoke(accountId, clientId);
        audit.record(AuditLog.Event.GRANT_REVOKED, "client", clientId, "sub", accountId);
    }

    private record Granted(Set<String> scopes, Instant since, boolean whileAway) {
        Granted and(Granted other) {
            Set<String> all = new TreeSet<>(scopes);
            all.addAll(other.scopes());
            return new Granted(
                    all, since.isBefore(other.since()) ? since : other.since(), whileAway || other.whileAway());
        }
    }

    private Map<String, Granted> granted(String accountId) {
        Map<String, Granted> granted = new LinkedHashMap<>();
        consents.of(accountId)
                .forEach(consent ->
                        granted.put(consent.clientId(), new Granted(consent.scopes(), consent.grantedAt(), false)));
        refreshTokens
                .of(accountId)
                .forEach(grant -> granted.merge(
                        grant.authorization().clientId(),
                        new Granted(grant.authorization().scopes(), grant.grantedAt(), true),
                        Granted::and));
        return granted;
    }

    /** What the page shows of an app. */
    public record Row(String id, String name, List<AppCatalog.DescribedScope> scopes, Ago since, boolean whileAway) {}

    private Reply page(SsoSession session, boolean revoked) {
        Instant now = clock.instant();
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("person", session.account());
        model.put("revoked", revoked);
        model.put(
                "rows",
                granted(session.account().id()).entrySet().stream()
                        .map(entry -> row(entry.getKey(), entry.getValue(), now))
                        .sorted(Comparator.comparing(Row::name, String.CASE_INSENSITIVE_ORDER))
                        .toList());
        return Reply.page("account-apps", model);
    }

    private Row row(String clientId, Granted granted, Instant now) {
        return new Row(
                clientId,
                catalog.nameOf(clientId),
                catalog.described(new TreeSet<>(granted.scopes())),
                Ago.of(granted.since(), now),
                granted.whileAway());
    }
}
