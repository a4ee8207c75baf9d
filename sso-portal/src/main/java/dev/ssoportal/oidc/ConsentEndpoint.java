package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.LocalPath;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.token.Consents;
import dev.ssoportal.token.OAuthError;
import java.util.Optional;

/** {@code POST /oauth2/consent}: the person's answer to the consent page. The request it answers is checked again from the beginning. */
public final class ConsentEndpoint implements Endpoint {
    private final AuthorizationRequests requests;
    private final AuthorizeChecks checks;
    private final AuthorizationResponses responses;
    private final Sessions sessions;
    private final Interactions interactions;
    private final Consents consents;
    private final Csrf csrf;
    private final AuditLog audit;

    public ConsentEndpoint(
            AuthorizationRequests requests,
            AuthorizeChecks checks,
            AuthorizationResponses responses,
            Sessions sessions,
            Interactions interactions,
            Consents consents,
            Csrf csrf,
            AuditLog audit) {
        this.requests = requests;
        this.checks = checks;
        this.responses = responses;
        this.sessions = sessions;
        this.interactions = interactions;
        this.consents = consents;
        this.csrf = csrf;
        this.audit = audit;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        csrf.check(exchange);
        LocalPath path = exchange.form()
                .single("request")
                .flatMap(LocalPath::parse)
                .filter(value -> value.value().startsWith("/oauth2/authorize?"))
                .orElseThrow(() -> new PageError(400, "error.bad-request", "no request to consent to"));
        AuthorizationRequests.Found found =
                find(Parameters.parse(path.value().substring(path.value().indexOf('?') + 1)));
        ProvenRedirect redirect = checks.redirect(found.parameters());
        boolean accepted =
                exchange.form().single("decision").filter("accept"::equals).isPresent();
        try {
            AuthorizeRequest request = checks.request(redirect, found);
            return accepted ? accept(request, session(exchange)) : deny(redirect, request, sessions.current(exchange));
        } catch (OAuthError e) {
            return responses.error(redirect, e.error());
        }
    }

    private SsoSession session(WebExchange exchange) {
        SsoSession session = sessions.current(exchange)
                .orElseThrow(() -> new PageError(403, "error.session-ended", "consent without a session"));
        if (exchange.form().single("session").filter(session.id()::equals).isEmpty()) {
            throw new PageError(403, "error.session-changed", "the form was made for another session");
        }
        return session;
    }

    private AuthorizationRequests.Found find(Parameters parameters) {
        try {
            return requests.find(parameters);
        } catch (OAuthError e) {
            throw new PageError(400, "error.bad-request", e.getMessage(), e);
        }
    }

    private Reply accept(AuthorizeRequest request, SsoSession session) {
        record(AuditLog.Event.CONSENT_GRANTED, request, Optional.of(session));
        consents.grant(session.account().id(), request.app().id(), request.consentScopes());
        return Reply.seeOther(AuthorizeEndpoint.resume(request, interactions.consented(request, session)));
    }

    /** She may have refused before she has signed in. */
    private Reply deny(ProvenRedirect redirect, AuthorizeRequest request, Optional<SsoSession> session) {
        record(AuditLog.Event.CONSENT_DENIED, request, session);
        requests.use(request);
        return responses.error(redirect, OAuth2Error.ACCESS_DENIED);
    }

    private void record(AuditLog.Event event, AuthorizeRequest request, Optional<SsoSession> session) {
        String person = session.map(found -> found.account().id()).orElse("nobody yet");
        audit.record(event, "client", request.app().id(), "sub", person);
    }
}
