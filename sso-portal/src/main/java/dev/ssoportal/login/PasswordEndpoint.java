package dev.ssoportal.login;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code /login/password}: the sign-in form of local accounts, and what it sends. */
public final class PasswordEndpoint implements Endpoint {
    private static final int MAX_CHARACTERS = 1024;

    private final LocalCredentials credentials;
    private final SignInThrottle throttle;
    private final SignIn signIn;
    private final Sessions sessions;
    private final SessionConfig config;
    private final boolean otherWays;
    private final Csrf csrf;
    private final AuditLog audit;
    private final Clock clock;

    /** @param otherWays whether there are providers to choose instead */
    public PasswordEndpoint(
            LocalCredentials credentials,
            SignInThrottle throttle,
            SignIn signIn,
            Sessions sessions,
            SessionConfig config,
            boolean otherWays,
            Csrf csrf,
            AuditLog audit,
            Clock clock) {
        this.credentials = credentials;
        this.throttle = throttle;
        this.signIn = signIn;
        this.sessions = sessions;
        this.config = config;
        this.otherWays = otherWays;
        this.csrf = csrf;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        if (credentials.isEmpty()) {
            throw new PageError(404, "error.not-found", "no local accounts are configured");
        }
        Parameters parameters = exchange.parameters();
        SignInRequest asked = SignInRequest.read(parameters);
        boolean signedIn = !asked.fresh() && sessions.current(exchange).isPresent();
        if (!"POST".equals(exchange.method())) {
            return signedIn
                    ? Reply.seeOther(asked.returnsTo())
                    : form(200, asked, asked.loginHint().orElse(""), "");
        }
        if (!csrf.isGood(exchange)) {
            // A page left open until its cookie was gone, or a form of another site: nothing is done for it.
            return signedIn ? Reply.seeOther(asked.returnsTo()) : form(403, asked, "", "login.stale");
        }
        String username = parameters.single("username").orElse("").strip();
        String password = parameters.single("password").orElse("");
        if (username.isEmpty() || username.length() > 255 || password.length() > MAX_CHARACTERS) {
            return form(400, asked, "", "login.wrong");
        }
        Optional<Duration> wait = throttle.admit(username, exchange.clientAddress());
        if (wait.isPresent()) {
            audit.record(
                    AuditLog.Event.SIGN_IN_REFUSED,
                    "idp",
                    "local",
                    "reason",
                    "too many tries",
                    "address",
                    exchange.clientAddress());
            return form(429, asked, username, "login.throttled")
                    .header("Retry-After", Long.toString(Math.max(1, wait.get().toSeconds())));
        }
        Optional<LocalAccount> account = credentials.check(username, password);
        if (account.isEmpty()) {
            audit.record(
                    AuditLog.Event.SIGN_IN_REFUSED,
                    "idp",
                    "local",
                    "reason",
                    "wrong credentials",
                    "address",
                    exchange.clientAddress());
            return form(401, asked, username, "login.wrong");
        }
        throttle.forgive(username, exchange.clientAddress());
        return signIn.complete(
                exchange,
                account.get().identity(clock.instant()),
                true,
                asked.remember(),
                clock.instant(),
                asked.returnsTo());
    }

    private Reply form(int status, SignInRequest asked, String username, String problem) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("returnPath", asked.returnPath());
        model.put("cancel", asked.isForApp());
        model.put("fresh", asked.fresh());
        model.put("acrValues", String.join(" ", asked.acrValues()));
        model.put("username", username);
        model.put("problem", problem);
        model.put("otherWays", otherWays ? "/login" + asked.query() + "&choose=1" : "");
        model.put("mayRemember", config.mayRemember(LocalAccount.PROVIDER));
        model.put("remember", asked.remember());
        return Reply.page(status, "login", model).formLeadsAway();
    }
}
