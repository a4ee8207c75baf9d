package dev.ssoportal.login;

import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import java.nio.charset.StandardCharsets;

/** {@code GET /federation/{idp}/metadata}: our SAML metadata, for the operator of the provider. */
public final class MetadataEndpoint implements Endpoint {
    private final IdentityProviders providers;

    public MetadataEndpoint(IdentityProviders providers) {
        this.providers = providers;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        String xml = providers
                .require(exchange.pathVariable("idp"))
                .metadata()
                .orElseThrow(() -> new PageError(404, "error.not-found", "this provider speaks OpenID Connect"));
        return Reply.bytes(200, "application/samlmetadata+xml", xml.getBytes(StandardCharsets.UTF_8));
    }
}
