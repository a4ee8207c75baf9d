package dev.ssoportal.login;

import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * {@code /federation/{idp}/callback}: takes the provider's answer. It proves who the person is; that this is the browser that asked is
 * proven at {@code /login/finish}, since a cross-site POST carries no Lax cookie.
 */
public final class CallbackEndpoint implements Endpoint {
    private static final int MAX_FINISHING = 32;

    private final Map<String, Semaphore> finishing = new ConcurrentHashMap<>();
    private final IdentityProviders providers;
    private final LoginAttempts attempts;
    private final Sessions sessions;

    public CallbackEndpoint(IdentityProviders providers, LoginAttempts attempts, Sessions sessions) {
        this.providers = providers;
        this.attempts = attempts;
        this.sessions = sessions;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        UpstreamIdp upstream = providers.require(exchange.pathVariable("idp"));
        Optional<String> attemptId = upstream.attemptId(exchange);
        if (attemptId.isEmpty()) {
            throw new PageError(400, "error.attempt-unknown", "the answer names no attempt");
        }
        Optional<LoginAttempt> attempt =
                attempts.take(attemptId.get(), upstream.provider().id());
        if (attempt.isEmpty()) {
            SignInRequest asked = attempts.remembered(
                            attemptId.get(), upstream.provider().id())
                    .orElseThrow(() ->
                            new PageError(400, "error.attempt-unknown", "the attempt is unknown or long forgotten"));
            return FinishEndpoint.resume(sessions.current(exchange), asked);
        }
        UpstreamIdentity identity = finish(upstream, exchange, attempt.get());
        return Reply.seeOther("/login/finish?proof=" + attempts.prove(attempt.get(), identity));
    }

    /** Asks the provider, unless too many threads are waiting for it already: a provider that hangs must not collect them all. */
    private UpstreamIdentity finish(UpstreamIdp upstream, WebExchange exchange, LoginAttempt attempt) {
        Semaphore places = finishing.computeIfAbsent(upstream.provider().id(), id -> new Semaphore(MAX_FINISHING));
        if (!places.tryAcquire()) {
            throw new PageError(
                    503,
                    "error.upstream-down",
                    "too many sign-ins wait for " + upstream.provider().id());
        }
        try {
            return upstream.finish(exchange, attempt);
        } finally {
            places.release();
        }
    }
}
