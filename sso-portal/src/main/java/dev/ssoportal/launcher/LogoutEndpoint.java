package dev.ssoportal.launcher;

import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.Cookies;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import java.util.Map;
import java.util.Optional;

/** {@code /logout}: GET asks, POST ends the session of this browser and leads it past everybody who has to hear of it. */
public final class LogoutEndpoint implements Endpoint {
    private final Sessions sessions;
    private final SessionEnder sessionEnder;
    private final AppCatalog catalog;
    private final Csrf csrf;
    private final Cookies cookies;

    public LogoutEndpoint(
            Sessions sessions, SessionEnder sessionEnder, AppCatalog catalog, Csrf csrf, Cookies cookies) {
        this.sessions = sessions;
        this.sessionEnder = sessionEnder;
        this.catalog = catalog;
        this.csrf = csrf;
        this.cookies = cookies;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Optional<SsoSession> session = sessions.current(exchange);
        if (session.isEmpty()) {
            return Reply.seeOther(SessionEnder.SIGNED_OUT);
        }
        if (!"POST".equals(exchange.method())) {
            return Reply.page(
                    "logout",
                    Map.of("person", session.get().account().name(), "landing", SessionEnder.SIGNED_OUT, "client", ""));
        }
        csrf.check(exchange);
        String next = sessionEnder.end(session.get().id(), SessionEnder.Cause.PERSON, landing(exchange));
        // A page that moves on by itself: a redirect after a form would have to stay within the form's policy, and the
        // hops do not.
        return Reply.page("leaving", Map.of("next", next)).cookie(cookies.delete(Sessions.COOKIE));
    }

    /** Where an app wanted the person to land when it asked for this page; checked again, since the form has been in her hands. */
    private String landing(WebExchange exchange) {
        return exchange.form()
                .single("landing")
                .filter(url -> exchange.form()
                        .single("client_id")
                        .flatMap(catalog::knownApp)
                        .filter(app -> app.postLogoutRedirectUris().contains(withoutState(url)))
                        .isPresent())
                .orElse(SessionEnder.SIGNED_OUT);
    }

    private static String withoutState(String url) {
        return url.replaceAll("[?&]state=[^&]*$", "");
    }
}
