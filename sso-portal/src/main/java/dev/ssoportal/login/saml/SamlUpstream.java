package dev.ssoportal.login.saml;

import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.login.AttemptSessionStore;
import dev.ssoportal.login.ExchangeWebContext;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.login.LoginAttempt;
import dev.ssoportal.login.RefreshGate;
import dev.ssoportal.login.UpstreamIdp;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.session.SessionLink;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.opensaml.saml.saml2.core.LogoutRequest;
import org.opensaml.saml.saml2.core.SessionIndex;
import org.pac4j.core.context.CallContext;
import org.pac4j.core.credentials.Credentials;
import org.pac4j.core.exception.TechnicalException;
import org.pac4j.core.exception.http.AutomaticFormPostAction;
import org.pac4j.core.exception.http.HttpAction;
import org.pac4j.core.exception.http.RedirectionAction;
import org.pac4j.core.exception.http.WithLocationAction;
import org.pac4j.core.redirect.RedirectionActionBuilder;
import org.pac4j.saml.client.SAML2Client;
import org.pac4j.saml.credentials.SAML2AuthenticationCredentials;
import org.pac4j.saml.credentials.SAML2Credentials;
import org.pac4j.saml.profile.SAML2Profile;

/** An upstream SAML identity provider: signed requests by redirect or POST, signed and optionally encrypted assertions by POST. */
public final class SamlUpstream implements UpstreamIdp {
    private static final Duration REFRESH = Duration.ofHours(1);

    private final IdentityProvider provider;
    private final IdentityProvider.Saml protocol;
    private final IdpMetadata idpMetadata;
    private final SamlClientFactory clients;
    private final Sessions sessions;
    private final Supplier<SessionEnder> sessionEnder;
    private final Clock clock;
    private final AssertionReader reader;
    private final RefreshGate gate;
    private volatile SAML2Client client;
    private volatile Instant refreshedAt = Instant.EPOCH;

    /** @param sessionEnder asked for late, since it tells this provider of logouts in turn */
    public SamlUpstream(
            IdentityProvider provider,
            IdentityProvider.Saml protocol,
            SamlClientFactory clients,
            Sessions sessions,
            Supplier<SessionEnder> sessionEnder,
            Clock clock) {
        this.provider = provider;
        this.protocol = protocol;
        this.clients = clients;
        this.idpMetadata = clients.metadata(provider, protocol);
        this.sessions = sessions;
        this.sessionEnder = sessionEnder;
        this.clock = clock;
        this.gate = new RefreshGate(clock);
        this.reader = new AssertionReader(provider, protocol, clock);
    }

    @Override
    public IdentityProvider provider() {
        return provider;
    }

    @Override
    public Start start(WebExchange exchange, LoginAttempt attempt) {
        ExchangeWebContext context = new ExchangeWebContext(exchange);
        if (attempt.asked().fresh()) {
            context.setRequestAttribute(RedirectionActionBuilder.ATTRIBUTE_FORCE_AUTHN, true);
        }
        AttemptSessionStore store = new AttemptSessionStore(attempt);
        try {
            RedirectionAction action = client().getRedirectionAction(new CallContext(context, store))
                    .orElseThrow();
            return new Start(reply(action), store.data());
        } catch (TechnicalException e) {
            throw new PageError(
                    502, "error.upstream-down", "no request to " + provider.id() + ": " + e.getMessage(), e);
        }
    }

    /** A redirect, or a page whose form posts to the provider by itself. */
    private static Reply reply(HttpAction action) {
        if (action instanceof WithLocationAction redirect) {
            return Reply.seeOther(redirect.getLocation());
        }
        AutomaticFormPostAction post = (AutomaticFormPostAction) action;
        return Reply.page("post", Map.of("action", post.getUrl(), "fields", post.getData(), "detail", "post.detail"))
                .formLeadsAway();
    }

    /** Only a POST with a SAMLResponse is an answer; the other bindings that stock extraction accepts are not ours. */
    @Override
    public Optional<String> attemptId(WebExchange exchange) {
        boolean isPost = "POST".equals(exchange.method())
                && exchange.form().single("SAMLResponse").isPresent()
                && exchange.form().single("SAMLart").isEmpty();
        return isPost ? exchange.form().single("RelayState") : Optional.empty();
    }

    @Override
    public UpstreamIdentity finish(WebExchange exchange, LoginAttempt attempt) {
        CallContext context = new CallContext(new ExchangeWebContext(exchange), new AttemptSessionStore(attempt));
        try {
            Credentials received = client().getCredentials(context)
                    .orElseThrow(() -> new TechnicalException("no SAML message in the answer"));
            reader.requireSuccess((SAML2Credentials) received);
            Credentials validated = client().validateCredentials(context, received)
                    .orElseThrow(() -> new TechnicalException("no credentials in the answer"));
            return reader.identity(
                    (SAML2AuthenticationCredentials) validated, ((SAML2Credentials) received).getContext(), attempt);
        } catch (TechnicalException | ClassCastException e) {
            throw new PageError(
                    502, "error.upstream-nonsense", "provider " + provider.id() + " proved nothing: " + e, e);
        }
    }

    @Override
    public Optional<String> logoutUrl(Map<String, String> known, String plan) {
        if (!known.containsKey("name_id")) {
            return Optional.empty();
        }
        if (!idpMetadata.isAvailable()) {
            return Optional.of(UNREACHABLE);
        }
        SAML2Profile profile = new SAML2Profile();
        profile.setId(known.get("name_id"));
        profile.setSamlNameIdFormat(known.get("name_id_format"));
        profile.setSessionIndex(known.get(SessionLink.UPSTREAM_SESSION));
        CallContext context = new CallContext(
                ExchangeWebContext.withoutRequest(clients.baseUrl()), new AttemptSessionStore(plan, Map.of()));
        return client().getLogoutAction(context, profile, null)
                .filter(WithLocationAction.class::isInstance)
                .map(action -> ((WithLocationAction) action).getLocation());
    }

    @Override
    public Optional<String> metadata() {
        return Optional.of(clients.spMetadata(provider, protocol));
    }

    /** A LogoutRequest of the provider, or its answer to ours. Nothing rests on an answer, so it only sends the browser on. */
    @Override
    public Reply logoutMessage(WebExchange exchange) {
        if (exchange.parameters().single("SAMLResponse").isPresent()) {
            String plan = exchange.parameters().single("RelayState").orElse("");
            return Reply.seeOther("/logout/next?plan=" + Parameters.encode(plan));
        }
        if (exchange.parameters().single("SAMLRequest").isEmpty()
                || exchange.parameters().single("SAMLart").isPresent()) {
            throw new PageError(400, "error.bad-request", "no SAML message");
        }
        SamlMessageLimits.check(exchange);
        String relayState = exchange.parameters().single("RelayState").orElse("");
        CallContext context =
                new CallContext(new ExchangeWebContext(exchange), new AttemptSessionStore(relayState, Map.of()));
        try {
            Credentials received =
                    client().getCredentials(context).orElseThrow(() -> new TechnicalException("no SAML message"));
            Credentials validated = client().validateCredentials(context, received)
                    .orElseThrow(() -> new TechnicalException("the logout request proves nothing"));
            LogoutRequest request = (LogoutRequest) ((SAML2Credentials) received)
                    .getContext()
                    .getMessageContext()
                    .getMessage();
            HttpAction answer = client().processLogout(context, validated);
            request.getSessionIndexes().forEach(index -> sessions.upstreamEnded(provider.id(), index.getValue()));
            return endAndAnswer(sessionsOf(request), answer);
        } catch (TechnicalException | ClassCastException e) {
            throw new PageError(
                    400, "error.upstream-nonsense", "logout message from " + provider.id() + " refused: " + e, e);
        }
    }

    /** Ends the sessions; apps that only a browser can tell are told on the way to the answer, when that is a redirect. */
    private Reply endAndAnswer(List<SsoSession> ended, HttpAction answer) {
        String next = answer instanceof WithLocationAction redirect ? redirect.getLocation() : "";
        for (SsoSession session : ended) {
            next = sessionEnder.get().end(session.id(), SessionEnder.Cause.UPSTREAM, next);
        }
        return next.isEmpty() || !(answer instanceof WithLocationAction) ? reply(answer) : Reply.seeOther(next);
    }

    /** The sessions a request is about: those it names, all of the person's if it names none (SAML core, 3.7.3), and nobody else's. */
    private List<SsoSession> sessionsOf(LogoutRequest request) {
        String nameId = request.getNameID().getValue();
        List<Sessions.Known> named = request.getSessionIndexes().isEmpty()
                ? sessions.findByUpstreamName(provider.id(), nameId)
                : request.getSessionIndexes().stream()
                        .map(SessionIndex::getValue)
                        .flatMap(index -> sessions.findByUpstreamSession(provider.id(), index).stream())
                        .toList();
        return named.stream()
                .filter(known -> nameId.equals(known.link().upstreamLogout().get("name_id")))
                .map(Sessions.Known::session)
                .toList();
    }

    @Override
    public void refresh() {
        if (refreshedAt.plus(REFRESH).isBefore(clock.instant())) {
            refreshMetadata();
        }
    }

    private void refreshMetadata() {
        gate.pass(() -> {
            Instant now = clock.instant();
            boolean fresh = idpMetadata.refresh(now);
            refreshedAt = fresh ? now : refreshedAt;
            return fresh;
        });
    }

    private SAML2Client client() {
        if (!idpMetadata.isAvailable()) {
            refreshMetadata();
        }
        if (!idpMetadata.isAvailable()) {
            throw new PageError(502, "error.upstream-down", "no metadata of provider " + provider.id());
        }
        synchronized (this) {
            if (client == null) {
                client = clients.client(provider, protocol, idpMetadata);
            }
            return client;
        }
    }

    /** The claims of an assertion in the shape that the mapping reads. */
    static Map<String, String> logoutFacts(String nameId, String format) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("name_id", nameId);
        if (format != null) {
            facts.put("name_id_format", format);
        }
        return facts;
    }
}
