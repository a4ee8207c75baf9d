package dev.ssoportal.oidc;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.AccessTokens;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Subjects;
import dev.ssoportal.token.TokenIssuer;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /oauth2/introspect} (<a href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662</a>). For clients that authenticate; a token
 * that is not good is {@code {"active":false}}, whatever is wrong with it. A refresh token is told only to the client that holds it.
 */
public final class IntrospectEndpoint implements Endpoint {
    private static final String SIGNED = "application/token-introspection+jwt";
    private static final byte[] INACTIVE = "{\"active\":false}".getBytes(StandardCharsets.US_ASCII);

    private final ClientAuthenticator authenticator;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final Subjects subjects;
    private final TokenIssuer issuer;
    private final ClientEncryption encryption;

    public IntrospectEndpoint(
            ClientAuthenticator authenticator,
            AccessTokens accessTokens,
            RefreshTokens refreshTokens,
            Subjects subjects,
            TokenIssuer issuer,
            ClientEncryption encryption) {
        this.authenticator = authenticator;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
        this.subjects = subjects;
        this.issuer = issuer;
        this.encryption = encryption;
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
        byte[] answer = accessTokens
                .check(token)
                .map(found -> found.introspection().json())
                .or(() -> ofRefreshToken(client, token))
                .orElse(INACTIVE);
        boolean signed = exchange.header("Accept").filter(SIGNED::equals).isPresent();
        return signed ? signed(client, answer) : Reply.json(200, answer);
    }

    private Optional<byte[]> ofRefreshToken(Client client, String token) {
        return refreshTokens
                .peek(token)
                .map(RefreshTokens.Held::authorization)
                .filter(authorization -> authorization.clientId().equals(client.id()))
                .map(this::describe);
    }

    /** The answer as a JWT (<a href="https://www.rfc-editor.org/rfc/rfc9701">RFC 9701</a>): for those who have to prove later what they were told. */
    private Reply signed(Client client, byte[] answer) {
        try {
            String jwt =
                    issuer.introspection(client, JSONObjectUtils.parse(new String(answer, StandardCharsets.UTF_8)));
            return Reply.jwt(SIGNED, encryption.encrypt(client, client.introspectionEncryption(), jwt));
        } catch (ParseException e) {
            throw new IllegalStateException("we have written it ourselves", e);
        }
    }

    private byte[] describe(Authorization authorization) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("active", true);
        answer.put("sub", subjects.of(authorization.clientId(), authorization.accountId()));
        answer.put("client_id", authorization.clientId());
        answer.put("scope", String.join(" ", authorization.scopes()));
        return Json.write(answer);
    }
}
