package dev.ssoportal.login;

import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** {@code /federation/{idp}/logout}: a provider tells us that its session is over, or answers that it is. */
public final class UpstreamLogoutEndpoint implements Endpoint {
    private static final int MAX_AT_ONCE = 32;

    private final Map<String, Semaphore> places = new ConcurrentHashMap<>();
    private final IdentityProviders providers;

    public UpstreamLogoutEndpoint(IdentityProviders providers) {
        this.providers = providers;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        UpstreamIdp upstream = providers.require(exchange.pathVariable("idp"));
        Semaphore free = places.computeIfAbsent(upstream.provider().id(), id -> new Semaphore(MAX_AT_ONCE));
        if (!free.tryAcquire()) {
            throw new PageError(
                    503,
                    "error.upstream-down",
                    "too many logout messages wait for keys of "
                            + upstream.provider().id());
        }
        try {
            return upstream.logoutMessage(exchange);
        } finally {
            free.release();
        }
    }
}
