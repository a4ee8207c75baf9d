package dev.ssoportal.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.SigningKeys;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.Cookies;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /oauth2/logout} (<a href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html">OpenID Connect RP-Initiated Logout
 * 1.0</a>). With an ID token of the session that this browser has, the session ends at once; without, the person is asked, since anyone
 * can link here. A redirect URI that is not registered is a page, never a redirect.
 */
public final class EndSessionEndpoint implements Endpoint {
    private final String issuer;
    private final AppCatalog catalog;
    private final SigningKeys keys;
    private final Sessions sessions;
    private final SessionEnder sessionEnder;
    private final Cookies cookies;

    public EndSessionEndpoint(
            String issuer,
            AppCatalog catalog,
            SigningKeys keys,
            Sessions sessions,
            SessionEnder sessionEnder,
            Cookies cookies) {
        this.issuer = issuer;
        this.catalog = catalog;
        this.keys = keys;
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
            return Reply.seeOther("/oauth2/logout?" + parameters.encoded());
        }
        Optional<JWTClaimsSet> hint = parameters.single("id_token_hint").map(this::requireOurs);
        Optional<App> app = app(parameters, hint);
        String landing = landing(parameters, app);
        Optional<SsoSession> session = sessions.current(exchange);
        if (session.isEmpty()) {
            Reply reply = Reply.seeOther(landing);
            return hasCookie ? reply.cookie(cookies.delete(Sessions.COOKIE)) : reply;
        }
        boolean proven = hint.map(claims -> session.get().id().equals(claims.getClaim("sid")))
                .orElse(false);
        if (!proven) {
            return Reply.page("logout", Map.of("person", session.get().account().name(), "landing", landing))
                    .formTargets(app.map(App::origins).map(List::copyOf).orElse(List.of()));
        }
        String next = sessionEnder.end(session.get().id(), SessionEnder.Cause.APP, landing);
        return Reply.seeOther(next).cookie(cookies.delete(Sessions.COOKIE));
    }

    /** An ID token of ours, which may have expired: the hint says who was signed in, not who may come in (section 4). */
    private JWTClaimsSet requireOurs(String idToken) {
        try {
            SignedJWT jwt = SignedJWT.parse(idToken);
            JWSVerifier verifier = keys.verifier(jwt.getHeader().getKeyID())
                    .filter(candidate -> candidate
                            .supportedJWSAlgorithms()
                            .contains(jwt.getHeader().getAlgorithm()))
                    .orElseThrow(() ->
                            new PageError(400, "error.logout-hint", "id_token_hint signed by a key that is not ours"));
            boolean isIdToken = JOSEObjectType.JWT.equals(jwt.getHeader().getType());
            if (!isIdToken
                    || !jwt.verify(verifier)
                    || !issuer.equals(jwt.getJWTClaimsSet().getIssuer())) {
                throw new PageError(400, "error.logout-hint", "id_token_hint is not ours");
            }
            return jwt.getJWTClaimsSet();
        } catch (ParseException | JOSEException e) {
            throw new PageError(400, "error.logout-hint", "id_token_hint is unreadable", e);
        }
    }

    private Optional<App> app(Parameters parameters, Optional<JWTClaimsSet> hint) {
        Optional<String> named = parameters.single("client_id");
        Optional<String> hinted =
                hint.flatMap(claims -> claims.getAudience().stream().findFirst());
        if (named.isPresent() && hinted.isPresent() && !named.equals(hinted)) {
            throw new PageError(400, "error.logout-hint", "client_id and id_token_hint name different apps");
        }
        return named.or(() -> hinted).flatMap(catalog::app);
    }

    private static String landing(Parameters parameters, Optional<App> app) {
        Optional<String> asked = parameters.single("post_logout_redirect_uri");
        if (asked.isEmpty()) {
            return "/signed-out";
        }
        if (app.isEmpty() || !app.get().postLogoutRedirectUris().contains(asked.get())) {
            throw new PageError(400, "error.redirect-uri", "post_logout_redirect_uri is not registered");
        }
        String state = parameters
                .single("state")
                .map(value -> (asked.get().contains("?") ? "&" : "?") + "state="
                        + URLEncoder.encode(value, StandardCharsets.UTF_8))
                .orElse("");
        return asked.get() + state;
    }
}
