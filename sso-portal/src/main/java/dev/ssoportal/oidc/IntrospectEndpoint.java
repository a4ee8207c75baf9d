package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.AccessToken;
import dev.ssoportal.token.AccessTokens;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.RefreshTokens;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /oauth2/introspect} (<a href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662</a>). For clients that authenticate; a token
 * that is not good is {@code {"active":false}}, whatever is wrong with it. A refresh token is told only to the client that holds it.
 */
public final class IntrospectEndpoint implements Endpoint {
    private static final byte[] INACTIVE = "{\"active\":false}".getBytes(StandardCharsets.US_ASCII);

    private final ClientAuthenticator authenticator;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;

    public IntrospectEndpoint(
            ClientAuthenticator authenticator, AccessTokens accessTokens, RefreshTokens refreshTokens) {
        this.authenticator = authenticator;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Client client = authenticator.authenticate(exchange);
        if (client.credentials().authentication() == Client.Authentication.NONE) {
            throw ClientAuthenticator.refused("a public client asked for introspection");
        }
        String token = exchange.form()
                .single("token")
                .orElseThrow(() -> new OAuthError(OAuth2Error.INVALID_REQUEST, "no token to look at"));
        Optional<AccessToken> accessToken = accessTokens.check(token);
        if (accessToken.isPresent()) {
            return Reply.json(200, accessToken.get().introspection().json());
        }
        return Reply.json(
                200,
                refreshTokens
                        .peek(token)
                        .filter(authorization -> authorization.clientId().equals(client.id()))
                        .map(IntrospectEndpoint::describe)
                        .orElse(INACTIVE));
    }

    private static byte[] describe(Authorization authorization) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("active", true);
        answer.put("sub", authorization.accountId());
        answer.put("client_id", authorization.clientId());
        answer.put("scope", String.join(" ", authorization.scopes()));
        return Json.write(answer);
    }
}
