package dev.ssoportal.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.Cookies;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.LocalPath;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.token.Subjects;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /oauth2/logout} (<a href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html">OpenID Connect RP-Initiated Logout
 * 1.0</a>). With an ID token of the session that this browser has, or, if the token names none, of the person who has it, the session ends
 * at once; without, the person is asked, since anyone can link here. A redirect URI that is not registered is a page, never a redirect.
 */
public final class EndSessionEndpoint implements Endpoint {
    private final AppCatalog catalog;
    private final Subjects subjects;
    private final IdTokenHints hints;
    private final Sessions sessions;
    private final SessionEnder sessionEnder;
    private final Cookies cookies;

    public EndSessionEndpoint(
            AppCatalog catalog,
            Subjects subjects,
            IdTokenHints hints,
            Sessions sessions,
            SessionEnder sessionEnder,
            Cookies cookies) {
        this.catalog = catalog;
        this.subjects = subjects;
        this.hints = hints;
        this.sessions = sessions;
        this.sessionEnder = sessionEnder;
        this.cookies = cookies;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Parameters parameters = exchange.parameters();
        boolean hasCookie = exchange.cookie(Sessions.COOKIE).isPresent();
        if ("POST".equals(exchange.method()) && !hasCookie) {
            // A POST from another site carries no Lax cookie; the GET that follows does.
            return Reply.seeOther(LocalPath.parse("/oauth2/logout?" + parameters.encoded())
                    .orElseThrow(() -> new PageError(400, "error.too-large", "a request too long to come back to")));
        }
        Optional<JWTClaimsSet> hint = parameters.single("id_token_hint").map(this::requireOurs);
        Optional<App> app = app(parameters, hint);
        String landing = landing(parameters, app);
        Optional<SsoSession> session = sessions.current(exchange);
        if (session.isEmpty()) {
            Reply reply = Reply.seeOther(landing);
            return hasCookie ? reply.cookie(cookies.delete(Sessions.COOKIE)) : reply;
        }
        if (hint.filter(claims -> isOf(session.get(), claims)).isEmpty()) {
            return Reply.page(
                    "logout",
                    Map.of(
                            "person",
                            session.get().account().name(),
                            "landing",
                            landing,
                            "client",
                            app.map(App::id).orElse("")));
        }
        String next = sessionEnder.end(session.get().id(), SessionEnder.Cause.APP, landing);
        return Reply.seeOther(next).cookie(cookies.delete(Sessions.COOKIE));
    }

    /**
     * Whether an ID token is of this session. It says so, unless its app declares nothing about logout: then it has to be younger than the
     * session, and of an app and the person that are in it.
     */
    private boolean isOf(SsoSession session, JWTClaimsSet hint) {
        if (hint.getClaim("sid") != null) {
            return session.id().equals(hint.getClaim("sid"));
        }
        String clientId = hint.getAudience().stream().findFirst().orElse("");
        boolean nameless =
                catalog.knownApp(clientId).filter(App::takesPartInLogout).isEmpty();
        return nameless
                && session.isJoinedBy(clientId)
                && !hint.getIssueTime().toInstant().isBefore(session.createdAt().truncatedTo(ChronoUnit.SECONDS))
                && subjects.accountId(clientId, hint.getSubject())
                        .filter(session.account().id()::equals)
                        .isPresent();
    }

    private JWTClaimsSet requireOurs(String idToken) {
        return hints.read(idToken)
                .orElseThrow(() -> new PageError(400, "error.logout-hint", "id_token_hint is not an ID token of ours"));
    }

    private Optional<App> app(Parameters parameters, Optional<JWTClaimsSet> hint) {
        Optional<String> named = parameters.single("client_id");
        Optional<String> hinted =
                hint.flatMap(claims -> claims.getAudience().stream().findFirst());
        if (named.isPresent() && hinted.isPresent() && !named.equals(hinted)) {
            throw new PageError(400, "error.logout-hint", "client_id and id_token_hint name different apps");
        }
        return named.or(() -> hinted).flatMap(catalog::knownApp);
    }

    private static String landing(Parameters parameters, Optional<App> app) {
        Optional<String> asked = parameters.single("post_logout_redirect_uri");
        if (asked.isEmpty()) {
            return SessionEnder.SIGNED_OUT;
        }
        if (app.isEmpty() || !app.get().postLogoutRedirectUris().contains(asked.get())) {
            throw new PageError(400, "error.redirect-uri", "post_logout_redirect_uri is not registered");
        }
        String state = parameters
                .single("state")
                .map(value -> (asked.get().contains("?") ? "&" : "?") + "state=" + Parameters.encode(value))
                .orElse("");
        return asked.get() + state;
    }
}
