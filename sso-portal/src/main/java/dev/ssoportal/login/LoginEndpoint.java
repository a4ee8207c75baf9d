package dev.ssoportal.login;

import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.http.Cookies;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
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
 * <p>Parameters: those of a {@link SignInRequest}, {@code idp}, {@code domain_hint}, {@code choose} (do not route, show the choice). Routing looks at the domain of an address only: whether an
 * account exists is never told.
 */
public final class LoginEndpoint implements Endpoint {
    private final IdentityProviders providers;
    private final LocalCredentials localCredentials;
    private final LoginAttempts attempts;
    private final Sessions sessions;
    private final SessionConfig config;
    private final Csrf csrf;
    private final Cookies cookies;

    public LoginEndpoint(
            IdentityProviders providers,
            LocalCredentials localCredentials,
            LoginAttempts attempts,
            Sessions sessions,
            SessionConfig config,
            Csrf csrf,
            Cookies cookies) {
        this.providers = providers;
        this.localCredentials = localCredentials;
        this.attempts = attempts;
        this.sessions = sessions;
        this.config = config;
        this.csrf = csrf;
        this.cookies = cookies;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Parameters query = exchange.query();
        SignInRequest read = SignInRequest.read(query);
        // A link of another site must not make a session on a shared machine last for weeks.
        SignInRequest asked =
                exchange.header("Sec-Fetch-Site").filter("same-origin"::equals).isPresent() ? read : read.forgotten();
        if (!asked.fresh() && sessions.current(exchange).isPresent()) {
            return Reply.seeOther(asked.returnsTo());
        }
        boolean choose = query.single("choose").isPresent();
        Optional<UpstreamIdp> upstream = query.single("idp").map(providers::require);
        if (upstream.isEmpty() && !choose) {
            upstream = route(query.single("domain_hint"), asked);
        }
        if (upstream.isPresent()) {
            return start(exchange, upstream.get(), asked);
        }
        if (providers.all().isEmpty()) {
            return Reply.seeOther("/login/password" + asked.query());
        }
        return choicePage(asked);
    }

    private Optional<UpstreamIdp> route(Optional<String> domainHint, SignInRequest asked) {
        boolean onlyOne = providers.all().size() == 1 && localCredentials.isEmpty();
        if (onlyOne) {
            return providers.all().stream().findFirst();
        }
        Optional<UpstreamIdp> byDomain = domainHint
                .flatMap(providers::forDomain)
                .or(() -> asked.loginHint().filter(hint -> hint.contains("@")).flatMap(providers::forDomain));
        return byDomain.or(() -> onlyOneThatCan(asked));
    }

    /** Of several providers, the only one that can prove what is wanted. */
    private Optional<UpstreamIdp> onlyOneThatCan(SignInRequest asked) {
        List<UpstreamIdp> able = providers.all().stream()
                .filter(upstream ->
                        asked.acrValues().stream().anyMatch(upstream.provider().acrValues()::contains))
                .toList();
        return able.size() == 1 ? Optional.of(able.get(0)) : Optional.empty();
    }

    private Reply start(WebExchange exchange, UpstreamIdp upstream, SignInRequest asked) {
        Optional<String> known = csrf.browserSecret(exchange);
        String browserSecret = known.orElseGet(csrf::newBrowserSecret);
        LoginAttempt attempt = attempts.begin(browserSecret, upstream.provider().id(), asked);
        UpstreamIdp.Start start = upstream.start(exchange, attempt);
        attempts.save(attempt.withData(start.data()));
        return known.isPresent()
                ? start.reply()
                : start.reply().cookie(cookies.set(Csrf.BROWSER_COOKIE, browserSecret));
    }

    private Reply choicePage(SignInRequest asked) {
        List<Map<String, String>> choices = new ArrayList<>();
        String suffix = asked.query();
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
        model.put("noRoute", asked.loginHint().isPresent());
        model.put("loginHint", asked.loginHint().orElse(""));
        model.put("returnPath", asked.returnPath());
        model.put("cancel", asked.isForApp());
        model.put("fresh", asked.fresh());
        model.put("acrValues", String.join(" ", asked.acrValues()));
        model.put("remember", asked.remember());
        model.put("rememberHref", mayRemember() ? "/login" + asked.toggled().query() + "&choose=1" : "");
        return Reply.page("choose", model).formLeadsAway();
    }

    private boolean mayRemember() {
        return providers.all().stream()
                .anyMatch(upstream -> config.mayRemember(upstream.provider().id()));
    }
}
