package dev.ssoportal.login;

import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import java.util.Optional;

/**
 * {@code /federation/{idp}/callback}: takes the provider's answer. It proves who the person is; that this is the browser that asked is
 * proven at {@code /login/finish}, since a cross-site POST carries no Lax cookie.
 */
public final class CallbackEndpoint implements Endpoint {
    private final IdentityProviders providers;
    private final LoginAttempts attempts;

    public CallbackEndpoint(IdentityProviders providers, LoginAttempts attempts) {
        this.providers = providers;
        this.attempts = attempts;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        UpstreamIdp upstream = providers.require(exchange.pathVariable("idp"));
        Optional<String> attemptId = upstream.attemptId(exchange);
        if (attemptId.isEmpty()) {
            throw new PageError(400, "error.attempt-unknown", "the answer names no attempt");
        }
        LoginAttempt attempt = attempts.take(
                        attemptId.get(), upstream.provider().id())
                .orElseThrow(() -> new PageError(
                        400, "error.attempt-unknown", "the attempt is unknown, too old, or has been answered already"));
        UpstreamIdentity identity = upstream.finish(exchange, attempt);
        return Reply.seeOther("/login/finish?proof=" + attempts.prove(attempt, identity));
    }
}
