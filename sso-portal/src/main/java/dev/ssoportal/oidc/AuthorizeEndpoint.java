package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.openid.connect.sdk.OIDCError;
import com.nimbusds.openid.connect.sdk.Prompt;
import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.directory.AccessRule;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.LocalPath;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SignInCheck;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.AuthorizationCodes;
import dev.ssoportal.token.Confirmation;
import dev.ssoportal.token.Consents;
import dev.ssoportal.token.OAuthError;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET} and {@code POST /oauth2/authorize} (OpenID Connect Core, <a
 * href="https://openid.net/specs/openid-connect-core-1_0.html#AuthorizationEndpoint">3.1.2</a>): check the request, see to it that the
 * right person is signed in, may use the app and has consented, and send a code.
 */
public final class AuthorizeEndpoint implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizeEndpoint.class);

    private final AppCatalog catalog;
    private final AuthorizationRequests requests;
    private final AuthorizeChecks checks;
    private final AuthorizationResponses responses;
    private final SignInCheck signInCheck;
    private final Sessions sessions;
    private final Interactions interactions;
    private final Consents consents;
    private final AuthorizationCodes codes;
    private final RandomIds ids;
    private final AuditLog audit;
    private final Clock clock;

    public AuthorizeEndpoint(
            AppCatalog catalog,
            AuthorizationRequests requests,
            AuthorizeChecks checks,
            AuthorizationResponses responses,
            SignInCheck signInCheck,
            Sessions sessions,
            Interactions interactions,
            Consents consents,
            AuthorizationCodes codes,
            RandomIds ids,
            AuditLog audit,
            Clock clock) {
        this.catalog = catalog;
        this.requests = requests;
        this.checks = checks;
        this.responses = responses;
        this.signInCheck = signInCheck;
        this.sessions = sessions;
        this.interactions = interactions;
        this.consents = consents;
        this.codes = codes;
        this.ids = ids;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Parameters parameters = exchange.parameters();
        if ("POST".equals(exchange.method()) && exchange.cookie(Sessions.COOKIE).isEmpty()) {
            // A POST from another site carries no Lax cookie; the GET that follows does.
            return Reply.seeOther(LocalPath.parse("/oauth2/authorize?" + parameters.encoded())
                    .orElseThrow(() -> new PageError(400, "error.too-large", "a request too long to come back to")));
        }
        AuthorizationRequests.Found found;
        try {
            found = requests.find(parameters);
        } catch (OAuthError e) {
            // What stands outside of a request object counts only for saying what is wrong with it.
            if (parameters.single("redirect_uri").isEmpty()) {
                throw new PageError(400, "error.request-object", e.getMessage(), e);
            }
            return refused(exchange, checks.redirect(parameters), parameters, e);
        }
        ProvenRedirect redirect = checks.redirect(found.parameters());
        try {
            return decide(exchange, redirect, checks.request(redirect, found));
        } catch (OAuthError e) {
            return refused(exchange, redirect, found.parameters(), e);
        }
    }

    private Reply refused(WebExchange exchange, ProvenRedirect redirect, Parameters parameters, OAuthError refusal) {
        LOG.info(
                "authorization of {} refused ({}): {}",
                redirect.app().id(),
                refusal.error().getCode(),
                refusal.getMessage());
        boolean silent = parameters.asMap().getOrDefault("prompt", List.of()).contains("none");
        boolean registered = redirect.app().origin() == Client.Origin.REGISTERED;
        if (!redirect.app().isDeclared()
                && !(silent && registered)
                && sessions.current(exchange).isEmpty()) {
            // Else a link to us would lead to wherever somebody has registered (RFC 9700, 4.11.2).
            return responses.errorPage(redirect, refusal.error());
        }
        return responses.error(redirect, refusal.error());
    }

    private Reply decide(WebExchange exchange, ProvenRedirect redirect, AuthorizeRequest request) {
        Optional<SsoSession> session = sessions.current(exchange);
        Optional<Interactions.Interaction> interaction = interactions.find(request);
        SignInCheck.Verdict verdict = judge(session, request, interaction);
        if (verdict != SignInCheck.Verdict.GOOD) {
            if (request.asks(Prompt.Type.NONE)) {
                throw new OAuthError(OIDCError.LOGIN_REQUIRED, "prompt=none and no session that would do");
            }
            return toSignIn(request, verdict);
        }
        SsoSession current = session.orElseThrow();
        AccessRule.Decision access = request.app().access().decide(current.account());
        if (!access.allowed()) {
            return denied(request, current, access);
        }
        if (needsConsent(request, current, interaction)) {
            if (request.asks(Prompt.Type.NONE)) {
                throw new OAuthError(OIDCError.CONSENT_REQUIRED, "prompt=none and no consent yet");
            }
            return consentPage(exchange, request, current);
        }
        return issueCode(redirect, request, current);
    }

    /** A sign-in that was demanded for this request and has happened since satisfies it, whatever {@code max_age} says. */
    private SignInCheck.Verdict judge(
            Optional<SsoSession> session, AuthorizeRequest request, Optional<Interactions.Interaction> interaction) {
        boolean somebodyElse = session.isPresent()
                && request.hintedSubject()
                        .filter(hinted -> !hinted.equals(session.get().account().id()))
                        .isPresent();
        Optional<Instant> signInSince = interaction.flatMap(Interactions.Interaction::signInSince);
        if (signInSince.isPresent()) {
            SignInCheck.Verdict verdict = signInCheck.judge(session, Optional.empty(), List.of(), signInSince);
            if (verdict == SignInCheck.Verdict.GOOD && somebodyElse) {
                throw new OAuthError(OIDCError.LOGIN_REQUIRED, "somebody else than the app means has signed in");
            }
            if (verdict == SignInCheck.Verdict.GOOD && !SignInCheck.meets(session.orElseThrow(), request.acrValues())) {
                // She has just signed in, and her provider did not do what was asked for.
                throw new OAuthError(
                        OIDCError.UNMET_AUTHENTICATION_REQUIREMENTS,
                        "wanted one of " + request.acrValues() + ", got "
                                + session.get().acr());
            }
            return verdict;
        }
        // Somebody else than the app believes: it must not get this person for that one (3.1.2.1, id_token_hint).
        if (somebodyElse || (request.asksForFreshSignIn() && session.isPresent())) {
            return SignInCheck.Verdict.SIGN_IN_FRESH;
        }
        return signInCheck.judge(session, request.maxAge(), request.acrValues(), Optional.empty());
    }

    private Reply toSignIn(AuthorizeRequest request, SignInCheck.Verdict verdict) {
        boolean fresh = verdict == SignInCheck.Verdict.SIGN_IN_FRESH
                || request.asksForFreshSignIn()
                || !request.acrValues().isEmpty();
        requests.awaitPerson(request);
        String interaction = fresh ? interactions.demandSignIn(request) : "";
        LocalPath returnPath = resume(request, interaction);
        return Reply.seeOther("/login?return=" + Parameters.encode(returnPath.value())
                + (fresh ? "&fresh=1" : "")
                + (request.acrValues().isEmpty()
                        ? ""
                        : "&acr_values=" + Parameters.encode(String.join(" ", request.acrValues())))
                + (request.asks(Prompt.Type.SELECT_ACCOUNT) ? "&choose=1" : "")
                + request.loginHint()
                        .map(hint -> "&login_hint=" + Parameters.encode(hint))
                        .orElse("")
                + request.domainHint()
                        .map(hint -> "&domain_hint=" + Parameters.encode(hint))
                        .orElse("")
                + request.idp().map(idp -> "&idp=" + Parameters.encode(idp)).orElse("")
                + request.uiLocales()
                        .map(locales -> "&ui_locales=" + Parameters.encode(locales))
                        .orElse(""));
    }

    private Reply denied(AuthorizeRequest request, SsoSession session, AccessRule.Decision access) {
        audit.record(
                AuditLog.Event.ACCESS_DENIED,
                "client",
                request.app().id(),
                "sub",
                session.account().id(),
                "reason",
                access.reason());
        if (request.asks(Prompt.Type.NONE)) {
            throw new OAuthError(OAuth2Error.ACCESS_DENIED, access.reason());
        }
        throw new PageError(
                403,
                "error.access-denied",
                session.account().id() + " and " + request.app().id() + ": " + access.reason());
    }

    private boolean needsConsent(
            AuthorizeRequest request, SsoSession session, Optional<Interactions.Interaction> interaction) {
        if (interaction.map(found -> found.consentedIn(session)).orElse(false)) {
            return false;
        }
        if (request.asks(Prompt.Type.CONSENT)
                || !request.details().isEmpty()
                || request.app().mayBeImpersonatedAt(request.redirectUri())) {
            // What was allowed before says nothing about the details of this request, nor about who asks now.
            return true;
        }
        return !request.app().firstParty()
                && !consents.covers(session.account().id(), request.app().id(), request.consentScopes());
    }

    private Reply consentPage(WebExchange exchange, AuthorizeRequest request, SsoSession session) {
        requests.awaitPerson(request);
        LocalPath again = resume(request, request.interaction().orElse(""));
        return ConsentPage.of(catalog, request, session, again, exchange.locale());
    }

    private Reply issueCode(ProvenRedirect redirect, AuthorizeRequest request, SsoSession session) {
        if (sessions.join(session, request.app().id()).isEmpty()) {
            throw new OAuthError(OIDCError.LOGIN_REQUIRED, "the session ended while the request was under way");
        }
        responses.requireKey(redirect);
        if (!requests.use(request)) {
            throw new OAuthError(OAuth2Error.INVALID_REQUEST, "the request has been used for another code");
        }
        interactions.use(request);
        Authorization authorization = new Authorization(
                ids.id(),
                request.app().id(),
                session.account().id(),
                session.id(),
                request.scopes(),
                request.audiences(),
                request.claims(),
                request.details(),
                session.authTime(),
                session.acr(),
                session.amr(),
                request.nonce(),
                request.dpopKey().map(Confirmation::key),
                clock.instant());
        return responses.code(
                redirect,
                codes.issue(
                        authorization,
                        session.account(),
                        session.expiresAt(),
                        request.redirectUri(),
                        request.codeChallenge()));
    }

    /** This request again, as a path, after the person has done what was asked of her. */
    static LocalPath resume(AuthorizeRequest request, String interaction) {
        String path = "/oauth2/authorize?" + request.query()
                + (interaction.isEmpty() ? "" : "&interaction=" + Parameters.encode(interaction));
        return LocalPath.parse(path)
                .orElseThrow(
                        () -> new OAuthError(OAuth2Error.INVALID_REQUEST, "the request is too long to come back to"));
    }
}
