package dev.ssoportal.login;

import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;

/** {@code /federation/{idp}/logout}: a provider tells us that its session is over, or answers that it is. */
public final class UpstreamLogoutEndpoint implements Endpoint {
    private final IdentityProviders providers;

    public UpstreamLogoutEndpoint(IdentityProviders providers) {
        this.providers = providers;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        return providers.require(exchange.pathVariable("idp")).logoutMessage(exchange);
    }
}
