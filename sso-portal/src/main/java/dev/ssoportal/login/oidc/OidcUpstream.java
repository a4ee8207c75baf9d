package dev.ssoportal.login.oidc;

import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.OutboundHttp;
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
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pac4j.core.context.CallContext;
import org.pac4j.core.credentials.Credentials;
import org.pac4j.core.exception.TechnicalException;
import org.pac4j.core.exception.http.WithLocationAction;
import org.pac4j.oidc.config.OidcConfiguration;
import org.pac4j.oidc.credentials.OidcCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upstream OpenID provider: authorization code with PKCE, nonce and state. The discovery document is fetched at the first sign-in and
 * refreshed now and then; while the provider is down the last good one serves.
 */
public final class OidcUpstream implements UpstreamIdp {
    private static final Logger LOG = LoggerFactory.getLogger(OidcUpstream.class);
    private static final Duration REFRESH = Duration.ofHours(1);

    private final IdentityProvider provider;
    private final IdentityProvider.Oidc protocol;
    private final String baseUrl;
    private final OidcLogoutMessages logoutMessages;
    private final Clock clock;
    private final IdTokenCheck idTokenCheck;
    private final ProviderConnector connector;
    private final RefreshGate gate;
    private volatile ProviderConnection connected;

    public OidcUpstream(
            IdentityProvider provider,
            IdentityProvider.Oidc protocol,
            String baseUrl,
            OutboundHttp http,
            OidcLogoutMessages logoutMessages,
            Clock clock) {
        this.provider = provider;
        this.protocol = protocol;
        this.baseUrl = baseUrl;
        this.logoutMessages = logoutMessages;
        this.clock = clock;
        this.connector = new ProviderConnector(provider, protocol, baseUrl, http, clock);
        this.gate = new RefreshGate(clock);
        this.idTokenCheck = new IdTokenCheck(provider, protocol, http, clock);
    }

    @Override
    public IdentityProvider provider() {
        return provider;
    }

    @Override
    public Start start(WebExchange exchange, LoginAttempt attempt) {
        ExchangeWebContext context = new ExchangeWebContext(exchange);
        context.setRequestAttribute(OidcConfiguration.CUSTOM_PARAMS, requestParameters(exchange, attempt));
        AttemptSessionStore store = new AttemptSessionStore(attempt);
        try {
            WithLocationAction action = (WithLocationAction) connected()
                    .client()
                    .getRedirectionAction(new CallContext(context, store))
                    .orElseThrow();
            return new Start(Reply.seeOther(action.getLocation()), store.data());
        } catch (TechnicalException e) {
            throw new PageError(
                    502, "error.upstream-down", "no request to " + provider.id() + ": " + e.getMessage(), e);
        }
    }

    private Map<String, String> requestParameters(WebExchange exchange, LoginAttempt attempt) {
        Map<String, String> parameters = new HashMap<>();
        attempt.asked().loginHint().ifPresent(hint -> parameters.put("login_hint", hint));
        List<String> acrValues = attempt.asked().acrValues().stream()
                .filter(provider.acrValues()::contains)
                .toList();
        if (!acrValues.isEmpty()) {
            parameters.put("acr_values", String.join(" ", acrValues));
        }
        parameters.put("ui_locales", exchange.locale().toLanguageTag());
        if (attempt.asked().fresh()) {
            // max_age makes auth_time a required claim, which IdTokenCheck then compares.
            parameters.put("prompt", "login");
            parameters.put("max_age", "0");
        }
        return parameters;
    }

    @Override
    public Optional<String> attemptId(WebExchange exchange) {
        return exchange.query().single("state");
    }

    @Override
    public UpstreamIdentity finish(WebExchange exchange, LoginAttempt attempt) {
        Optional<String> error = exchange.query().single("error");
        if (error.isPresent()) {
            throw new PageError(
                    403,
                    "error.upstream-refused",
                    "provider " + provider.id() + " answered " + error.get().replaceAll("[^\\w.-]", "?"));
        }
        if (exchange.query().single("code").isEmpty()) {
            throw new PageError(
                    502, "error.upstream-nonsense", "provider " + provider.id() + " sent neither code nor error");
        }
        ProviderConnection now = connected();
        CallContext context = new CallContext(new ExchangeWebContext(exchange), new AttemptSessionStore(attempt));
        try {
            Credentials credentials = now.client()
                    .getCredentials(context)
                    .flatMap(received -> now.client().validateCredentials(context, received))
                    .orElseThrow(() -> new TechnicalException("no credentials in the answer"));
            if (!(credentials instanceof OidcCredentials tokens) || tokens.getIdToken() == null) {
                throw new TechnicalException("no ID token in the token response");
            }
            // Verifies signature, issuer, audience, expiry and nonce; what we read afterwards is the token itself, not
            // pac4j's profile.
            if (now.client().getUserProfile(context, tokens).isEmpty()) {
                throw new TechnicalException("no profile");
            }
            return idTokenCheck.identity(tokens, now.metadata(), attempt);
        } catch (TechnicalException e) {
            throw new PageError(
                    502, "error.upstream-nonsense", "provider " + provider.id() + " proved nothing: " + causes(e), e);
        }
    }

    private static String causes(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(cause.getClass().getSimpleName())
                    .append(": ")
                    .append(cause.getMessage());
        }
        return text.toString();
    }

    /** RP-initiated logout at the provider (OpenID Connect RP-Initiated Logout 1.0, section 2). */
    @Override
    public Optional<String> logoutUrl(Map<String, String> facts, String plan) {
        ProviderConnection last = connected;
        if (last == null) {
            return Optional.of(UNREACHABLE);
        }
        if (last.metadata().getEndSessionEndpointURI() == null) {
            return Optional.empty();
        }
        String endpoint = last.metadata().getEndSessionEndpointURI().toString();
        String hint = facts.getOrDefault("id_token", "");
        return Optional.of(endpoint
                + (endpoint.contains("?") ? "&" : "?")
                + "client_id=" + Parameters.encode(protocol.clientId())
                + (hint.isEmpty() ? "" : "&id_token_hint=" + Parameters.encode(hint))
                + "&post_logout_redirect_uri=" + Parameters.encode(baseUrl + "/logout/next")
                + "&state=" + Parameters.encode(plan));
    }

    @Override
    public Optional<String> metadata() {
        return Optional.empty();
    }

    @Override
    public Reply logoutMessage(WebExchange exchange) {
        if ("POST".equals(exchange.method())) {
            return logoutMessages.backChannel(exchange, provider, connected().logoutTokens());
        }
        if (!provider.frontchannelLogout()) {
            throw new PageError(404, "error.not-found", "no front-channel logout from " + provider.id());
        }
        return logoutMessages.frontChannel(
                exchange, provider, connected().metadata().getIssuer().getValue());
    }

    @Override
    public void refresh() {
        ProviderConnection last = connected;
        if (last != null && last.since().plus(REFRESH).isAfter(clock.instant())) {
            return;
        }
        gate.pass(() -> reconnect(last));
    }

    private boolean reconnect(ProviderConnection last) {
        try {
            connected = connector.open();
            return true;
        } catch (IOException e) {
            LOG.warn(
                    "provider {} cannot be asked, {}: {}",
                    provider.id(),
                    last == null ? "unusable" : "going on as before",
                    e.toString());
            return false;
        }
    }

    private ProviderConnection connected() {
        if (connected == null) {
            refresh();
        }
        ProviderConnection now = connected;
        if (now == null) {
            throw new PageError(
                    502, "error.upstream-down", "provider " + provider.id() + " has never answered discovery");
        }
        return now;
    }
}
