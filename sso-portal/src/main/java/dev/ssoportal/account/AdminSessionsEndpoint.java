package dev.ssoportal.account;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.directory.AccessRule;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.Accounts;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /admin/sessions}: an administrator finds a person and ends her sessions, one or all. */
public final class AdminSessionsEndpoint implements Endpoint {
    private static final String PATH = "/admin/sessions";
    private static final int FOUND = 20;
    private static final int MAX_QUERY = 100;

    private final Sessions sessions;
    private final SessionEnder sessionEnder;
    private final Accounts accounts;
    private final SessionRows rows;
    private final Optional<AccessRule> administrators;
    private final Csrf csrf;
    private final AuditLog audit;
    private final Clock clock;

    /** @param administrators who may; absent means nobody */
    public AdminSessionsEndpoint(
            Sessions sessions,
            SessionEnder sessionEnder,
            Accounts accounts,
            SessionRows rows,
            Optional<AccessRule> administrators,
            Csrf csrf,
            AuditLog audit,
            Clock clock) {
        this.sessions = sessions;
        this.sessionEnder = sessionEnder;
        this.accounts = accounts;
        this.rows = rows;
        this.administrators = administrators;
        this.csrf = csrf;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Optional<SsoSession> current = sessions.current(exchange);
        if (current.isEmpty()) {
            return Reply.seeOther("/login?return=%2Fadmin%2Fsessions");
        }
        requireAdministrator(current.get().account());
        Parameters parameters = exchange.parameters();
        String query = parameters.single("q").orElse("").strip();
        if (query.length() > MAX_QUERY) {
            throw new PageError(400, "error.bad-request", "a query of " + query.length() + " characters");
        }
        if (!"POST".equals(exchange.method())) {
            return page(current.get(), query, parameters.single("ended").isPresent());
        }
        csrf.check(exchange);
        if (parameters.single("end").isEmpty() && parameters.single("all").isEmpty()) {
            throw new PageError(400, "error.bad-request", "neither a session nor an account");
        }
        String by = current.get().account().id();
        parameters.single("end").ifPresent(id -> end(id, by));
        parameters
                .single("all")
                .ifPresent(accountId -> sessions.findByAccount(accountId)
                        .forEach(known -> end(known.session().id(), by)));
        return Reply.seeOther(PATH + "?ended=1&q=" + Parameters.encode(query));
    }

    private void requireAdministrator(Account account) {
        if (administrators.filter(rule -> rule.allows(account)).isEmpty()) {
            throw new PageError(403, "error.not-administrator", account.id() + " is no administrator");
        }
    }

    private void end(String sessionId, String by) {
        audit.record(AuditLog.Event.ENDED_BY_ADMINISTRATOR, "sid", sessionId, "by", by);
        sessionEnder.end(sessionId, SessionEnder.Cause.ADMINISTRATOR);
    }

    /** A person who has been found, and where she is signed in. */
    public record Person(Account account, List<SessionRows.Row> rows) {}

    private Reply page(SsoSession current, String query, boolean ended) {
        Instant now = clock.instant();
        List<Person> found = query.isEmpty()
                ? List.of()
                : accounts.search(query, FOUND).stream()
                        .map(account ->
                                new Person(account, rows.of(sessions.findByAccount(account.id()), current, now)))
                        .toList();
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("person", current.account());
        model.put("query", query);
        model.put("ended", ended);
        model.put("found", found);
        return Reply.page("admin-sessions", model);
    }
}
