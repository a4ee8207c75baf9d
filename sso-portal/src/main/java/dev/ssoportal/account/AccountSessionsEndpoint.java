package dev.ssoportal.account;

import dev.ssoportal.directory.AccessRule;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.logout.LogoutNotice;
import dev.ssoportal.logout.LogoutNotices;
import dev.ssoportal.logout.Receipt;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /account/sessions}: where the person is signed in, and who was told when a session ended. POST ends one, or all others. */
public final class AccountSessionsEndpoint implements Endpoint {
    private static final String PATH = "/account/sessions";

    private final Sessions sessions;
    private final SessionEnder sessionEnder;
    private final LogoutNotices notices;
    private final SessionRows rows;
    private final Optional<AccessRule> administrators;
    private final Csrf csrf;
    private final Clock clock;

    /** @param administrators who is led to the sessions of others; absent means nobody */
    public AccountSessionsEndpoint(
            Sessions sessions,
            SessionEnder sessionEnder,
            LogoutNotices notices,
            SessionRows rows,
            Optional<AccessRule> administrators,
            Csrf csrf,
            Clock clock) {
        this.sessions = sessions;
        this.sessionEnder = sessionEnder;
        this.notices = notices;
        this.rows = rows;
        this.administrators = administrators;
        this.csrf = csrf;
        this.clock = clock;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Optional<SsoSession> current = sessions.current(exchange);
        if (current.isEmpty()) {
            return Reply.seeOther("/login?return=%2Faccount%2Fsessions");
        }
        List<Sessions.Known> own =
                sessions.findByAccount(current.get().account().id());
        if (!"POST".equals(exchange.method())) {
            return page(current.get(), own, exchange.query().single("ended").isPresent());
        }
        csrf.check(exchange);
        Optional<String> one = exchange.form().single("end");
        if (one.isEmpty() && exchange.form().single("others").isEmpty()) {
            throw new PageError(400, "error.bad-request", "neither a session to end nor all others");
        }
        own.stream()
                .map(known -> known.session().id())
                .filter(id -> !id.equals(current.get().id()))
                .filter(id -> one.isEmpty() || one.get().equals(id))
                .forEach(id -> sessionEnder.end(id, SessionEnder.Cause.PERSON_ELSEWHERE));
        return Reply.seeOther(PATH + "?ended=1");
    }

    /** What the page shows of a session that has ended. */
    public record EndedRow(Ago ended, List<Receipt> receipts) {}

    private Reply page(SsoSession current, List<Sessions.Known> own, boolean ended) {
        Instant now = clock.instant();
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("person", current.account());
        model.put("ended", ended);
        model.put("rows", rows.of(own, current, now));
        model.put(
                "administrator",
                administrators.filter(rule -> rule.allows(current.account())).isPresent());
        model.put("endedRows", endedRows(current.account().id(), now));
        return Reply.page("account-sessions", model);
    }

    private List<EndedRow> endedRows(String accountId, Instant now) {
        Map<String, List<LogoutNotice>> bySession = new LinkedHashMap<>();
        notices.receiptsOfAccount(accountId)
                .forEach(notice -> bySession
                        .computeIfAbsent(notice.sessionId(), id -> new ArrayList<>())
                        .add(notice));
        return bySession.values().stream()
                .map(ofSession -> new EndedRow(
                        Ago.of(ofSession.get(0).createdAt(), now),
                        ofSession.stream().map(Receipt::of).toList()))
                .toList();
    }
}
