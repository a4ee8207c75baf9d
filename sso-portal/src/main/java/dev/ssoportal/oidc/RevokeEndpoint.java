package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.AccessTokens;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import dev.ssoportal.token.Subjects;

/**
 * {@code POST /oauth2/revoke} (<a href="https://www.rfc-editor.org/rfc/rfc7009">RFC 7009</a>). Revoking a refresh token revokes all that
 * was given for it. A token that is unknown, or another client's, is answered like one that has been revoked.
 */
public final class RevokeEndpoint implements Endpoint {
    private final ClientAuthenticator authenticator;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final Revocations revocations;
    private final Subjects subjects;
    private final AuditLog audit;

    public RevokeEndpoint(
            ClientAuthenticator authenticator,
            AccessTokens accessTokens,
            RefreshTokens refreshTokens,
            Revocations revocations,
            Subjects subjects,
            AuditLog audit) {
        this.authenticator = authenticator;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        this.subjects = subjects;
        this.audit = audit;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Client client = authenticator.authenticate(exchange);
        String token = exchange.form()
                .single("token")
                .orElseThrow(() -> new OAuthError(OAuth2Error.INVALID_REQUEST, "no token to revoke"));
        refreshTokens
                .grantOf(token)
                .filter(authorization -> authorization.clientId().equals(client.id()))
                .ifPresent(authorization -> {
                    revocations.revokeGrant(authorization.grantId());
                    refreshTokens.revokeGrant(authorization.grantId());
                    audit.record(AuditLog.Event.TOKEN_REVOKED, "client", client.id(), "sub", authorization.accountId());
                });
        accessTokens
                .check(token)
                .filter(accessToken -> accessToken.clientId().equals(client.id()))
                .ifPresent(accessToken -> {
                    revocations.revokeToken(accessToken.tokenId());
                    audit.record(
                            AuditLog.Event.TOKEN_REVOKED,
                            "client",
                            client.id(),
                            "sub",
                            subjects.accountId(client.id(), accessToken.subject())
                                    .orElse(""));
                });
        return Reply.empty(200).header("Cache-Control", "no-store");
    }
}
