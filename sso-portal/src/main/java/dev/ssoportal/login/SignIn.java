package dev.ssoportal.login;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.Accounts;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.Cookies;
import dev.ssoportal.http.LocalPath;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.session.Device;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import java.time.Instant;
import java.util.Optional;

/** The last step of every sign-in: account, session, cookie, and on. */
public final class SignIn {
    private final Accounts accounts;
    private final Sessions sessions;
    private final SessionEnder sessionEnder;
    private final Cookies cookies;
    private final AuditLog audit;

    public SignIn(Accounts accounts, Sessions sessions, SessionEnder sessionEnder, Cookies cookies, AuditLog audit) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.sessionEnder = sessionEnder;
        this.cookies = cookies;
        this.audit = audit;
    }

    /**
     * @param linkByVerifiedEmail whether the provider is trusted to say whose address it is
     * @param remember whether the person asked to stay signed in
     * @param attemptedAt when the sign-in began: if the provider has ended its session since, it leads nowhere
     */
    Reply complete(
            WebExchange exchange,
            UpstreamIdentity identity,
            boolean linkByVerifiedEmail,
            boolean remember,
            Instant attemptedAt,
            LocalPath returnPath) {
        Account account = accounts.signIn(identity, linkByVerifiedEmail).orElseThrow(() -> {
            audit.record(AuditLog.Event.SIGN_IN_REFUSED, "idp", identity.provider(), "reason", "account disabled");
            return new PageError(403, "error.account-disabled", "the account is disabled");
        });
        Optional<SsoSession> earlier = sessions.current(exchange);
        boolean samePerson = earlier.map(session -> session.account().id().equals(account.id()))
                .orElse(false);
        Device device = Device.of(exchange);
        Sessions.Begun begun = samePerson
                ? sessions.renew(earlier.get(), account, identity, device, remember)
                : sessions.begin(account, identity, device, remember);
        if (sessions.isOvertaken(identity, attemptedAt)) {
            // Looked for after the session is there: a logout either finds the session, or has left its mark before.
            sessionEnder.end(begun.session().id(), SessionEnder.Cause.UPSTREAM);
            throw new PageError(403, "error.session-ended", "the session at " + identity.provider() + " has ended");
        }
        if (earlier.isPresent() && !samePerson) {
            // The browser has room for one session. The other person's ends, with everything given out for it.
            sessionEnder.end(earlier.get().id(), SessionEnder.Cause.REPLACED);
        }
        audit.record(
                AuditLog.Event.SIGN_IN,
                "sub",
                account.id(),
                "idp",
                identity.provider(),
                "sid",
                begun.session().id(),
                "address",
                exchange.clientAddress());
        String value = begun.cookieValue();
        return Reply.seeOther(returnPath)
                .cookie(begun.cookieLifetime()
                        .map(lifetime -> cookies.set(Sessions.COOKIE, value, lifetime))
                        .orElseGet(() -> cookies.set(Sessions.COOKIE, value)));
    }
}
