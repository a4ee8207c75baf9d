package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.OAuthError;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code POST /oauth2/token} (RFC 6749, 3.2): authenticate the client, find the grant, let it answer. */
public final class TokenEndpoint implements Endpoint {
    private final ClientAuthenticator authenticator;
    private final SenderProofs proofs;
    private final Map<String, GrantHandler> grants;

    public TokenEndpoint(ClientAuthenticator authenticator, SenderProofs proofs, List<GrantHandler> grants) {
        this.authenticator = authenticator;
        this.proofs = proofs;
        this.grants =
                grants.stream().collect(Collectors.toUnmodifiableMap(GrantHandler::grantType, Function.identity()));
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Client client = authenticator.authenticate(exchange);
        TokenForm form = new TokenForm(exchange.form());
        GrantHandler grant = grants.get(form.required("grant_type"));
        if (grant == null) {
            throw new OAuthError(OAuth2Error.UNSUPPORTED_GRANT_TYPE, "an unknown grant_type");
        }
        TokenRequest request = new TokenRequest(client, form, proofs.ofTokenRequest(exchange, client));
        return Reply.json(200, grant.handle(request).toJson());
    }
}
