package dev.ssoportal.login;

import dev.ssoportal.http.Cookies;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.LocalPath;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /login}: decides where the person signs in, and sends her there.
 *
 * <p>Parameters: {@code return} (a {@link LocalPath}), {@code idp}, {@code login_hint}, {@code domain_hint}, {@code fresh} (ask again
 * although a session exists), {@code choose} (do not route, show the choice). Routing looks at the domain of an address only: whether an
 * account exists is never told.
 */
public final class LoginEndpoint implements Endpoint {
    private final IdentityProviders providers;
    private final LocalCredentials localCredentials;
    private final LoginAttempts attempts;
    private final Sessions sessions;
    private final Csrf csrf;
    private final Cookies cookies;

    public LoginEndpoint(
            IdentityProviders providers,
            LocalCredentials localCredentials,
            LoginAttempts attempts,
            Sessions sessions,
            Csrf csrf,
            Cookies cookies) {
        this.providers = providers;
        this.localCredentials = localCredentials;
        this.attempts = attempts;
        this.sessions = sessions;
        this.csrf = csrf;
        this.cookies = cookies;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Parameters query = exchange.query();
        LocalPath returnPath = query.single("return").flatMap(LocalPath::parse).orElse(LocalPath.HOME);
        boolean fresh = query.single("fresh").isPresent();
        if (!fresh && sessions.current(exchange).isPresent()) {
            return Reply.seeOther(returnPath);
        }
        Optional<String> loginHint = query.single("login_hint").filter(hint -> hint.length() <= 320);
        boolean choose = query.single("choose").isPresent();
        Optional<UpstreamIdp> upstream = query.single("idp").map(providers::require);
        if (upstream.isEmpty() && !choose) {
            upstream = route(query.single("domain_hint"), loginHint);
        }
        if (upstream.isPresent()) {
            return start(exchange, upstream.get(), returnPath, fresh, loginHint);
        }
        if (providers.all().isEmpty()) {
            return Reply.seeOther("/login/password" + suffix(returnPath, fresh, loginHint));
        }
        return choicePage(returnPath, fresh, loginHint);
    }

    private Optional<UpstreamIdp> route(Optional<String> domainHint, Optional<String> loginHint) {
        Optional<UpstreamIdp> byDomain = domainHint
                .flatMap(providers::forDomain)
                .or(() -> loginHint.filter(hint -> hint.contains("@")).flatMap(providers::forDomain));
        boolean onlyOne = providers.all().size() == 1 && localCredentials.isEmpty();
        return onlyOne ? providers.all().stream().findFirst() : byDomain;
    }

    private Reply start(
            WebExchange exchange,
            UpstreamIdp upstream,
            LocalPath returnPath,
            boolean fresh,
            Optional<String> loginHint) {
        Optional<String> known = csrf.browserSecret(exchange);
        String browserSecret = known.orElseGet(csrf::newBrowserSecret);
        LoginAttempt attempt = attempts.begin(browserSecret, upstream.provider().id(), returnPath, fresh, loginHint);
        UpstreamIdp.Start start = upstream.start(exchange, attempt);
        attempts.save(attempt.withData(start.data()));
        return known.isPresent()
                ? start.reply()
                : start.reply().cookie(cookies.set(Csrf.BROWSER_COOKIE, browserSecret));
    }

    private Reply choicePage(LocalPath returnPath, boolean fresh, Optional<String> loginHint) {
        List<Map<String, String>> choices = new ArrayList<>();
        String suffix = suffix(returnPath, fresh, loginHint);
        for (UpstreamIdp upstream : providers.all()) {
            choices.add(Map.of(
                    "name",
                    upstream.provider().name(),
                    "href",
                    "/login" + suffix + "&idp=" + upstream.provider().id()));
        }
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("choices", choices);
        model.put("localHref", localCredentials.isEmpty() ? "" : "/login/password" + suffix);
        model.put(
                "routing",
                providers.all().stream()
                        .anyMatch(
                                upstream -> !upstream.provider().emailDomains().isEmpty()));
        model.put("noRoute", loginHint.isPresent());
        model.put("loginHint", loginHint.orElse(""));
        model.put("returnPath", returnPath.value());
        model.put("fresh", fresh);
        return Reply.page("choose", model);
    }

    /** A query that carries a sign-in on to another page. */
    static String suffix(LocalPath returnPath, boolean fresh, Optional<String> loginHint) {
        return "?return=" + Parameters.encode(returnPath.value())
                + (fresh ? "&fresh=1" : "")
                + loginHint
                        .map(hint -> "&login_hint=" + Parameters.encode(hint))
                        .orElse("");
    }
}
