package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Identifier;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.OAuthError;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code POST /oauth2/token} (RFC 6749, 3.2): authenticate the client, find the grant, let it answer. */
public final class TokenEndpoint implements Endpoint {
    private final URI url;
    private final ClientAuthenticator authenticator;
    private final Map<GrantType, GrantHandler> grants;

    public TokenEndpoint(String issuer, ClientAuthenticator authenticator, List<GrantHandler> grants) {
        this.url = URI.create(issuer + "/oauth2/token");
        this.authenticator = authenticator;
        this.grants =
                grants.stream().collect(Collectors.toUnmodifiableMap(GrantHandler::grantType, Function.identity()));
    }

    @Override
    public Reply handle(WebExchange exchange) {
        TokenRequest request = parse(NimbusRequests.form(exchange, url));
        Client client = authenticator.authenticate(
                request.getClientAuthentication(),
                Optional.ofNullable(request.getClientID()).map(Identifier::getValue));
        GrantHandler grant = grants.get(request.getAuthorizationGrant().getType());
        if (grant == null) {
            throw new OAuthError(
                    OAuth2Error.UNSUPPORTED_GRANT_TYPE,
                    "grant " + request.getAuthorizationGrant().getType());
        }
        return Reply.json(200, grant.handle(client, request).toJson()).header("Pragma", "no-cache");
    }

    private static TokenRequest parse(HTTPRequest request) {
        try {
            return TokenRequest.parse(request);
        } catch (ParseException e) {
            ErrorObject error = Optional.ofNullable(e.getErrorObject()).orElse(OAuth2Error.INVALID_REQUEST);
            throw new OAuthError(error, "unreadable token request: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new OAuthError(OAuth2Error.INVALID_REQUEST, "unreadable token request: " + e.getMessage(), e);
        }
    }
}
