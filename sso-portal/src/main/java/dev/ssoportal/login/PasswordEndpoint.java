package dev.ssoportal.login;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.LocalPath;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
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
    private final boolean otherWays;
    private final Csrf csrf;
    private final AuditLog audit;
    private final Clock clock;

    /** @param otherWays whether there are providers to choose instead */
    public PasswordEndpoint(
            LocalCredentials credentials,
            SignInThrottle throttle,
            SignIn signIn,
            boolean otherWays,
            Csrf csrf,
            AuditLog audit,
            Clock clock) {
        this.credentials = credentials;
        this.throttle = throttle;
        this.signIn = signIn;
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
        LocalPath returnPath =
                parameters.single("return").flatMap(LocalPath::parse).orElse(LocalPath.HOME);
        if (!"POST".equals(exchange.method())) {
            return form(200, returnPath, parameters.single("login_hint").orElse(""), "");
        }
        csrf.check(exchange);
        String username = parameters.single("username").orElse("").strip();
        String password = parameters.single("password").orElse("");
        if (username.isEmpty() || username.length() > 255 || password.length() > MAX_CHARACTERS) {
            return form(400, returnPath, "", "login.wrong");
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
            return form(429, returnPath, username, "login.throttled")
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
            return form(401, returnPath, username, "login.wrong");
        }
        throttle.forgive(username, exchange.clientAddress());
        return signIn.complete(exchange, account.get().identity(clock.instant()), true, returnPath);
    }

    private Reply form(int status, LocalPath returnPath, String username, String problem) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("returnPath", returnPath.value());
        model.put("username", username);
        model.put("problem", problem);
        model.put(
                "otherWays",
                otherWays ? "/login" + LoginEndpoint.suffix(returnPath, false, Optional.empty()) + "&choose=1" : "");
        return Reply.page(status, "login", model).formLeadsAway();
    }
}
