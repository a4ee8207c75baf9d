package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.Accounts;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.Client;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import dev.ssoportal.token.TokenIssuer;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code refresh_token} (RFC 6749, section 6), with rotation and reuse detection (RFC 9700, 4.14.2). */
public final class RefreshTokenGrantHandler implements GrantHandler {
    private final RefreshTokens refreshTokens;
    private final Revocations revocations;
    private final Accounts accounts;
    private final PersonTokens tokens;
    private final AuditLog audit;

    public RefreshTokenGrantHandler(
            RefreshTokens refreshTokens,
            Revocations revocations,
            Accounts accounts,
            TokenIssuer issuer,
            AuditLog audit) {
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        this.accounts = accounts;
        this.tokens = new PersonTokens(issuer);
        this.audit = audit;
    }

    @Override
    public GrantType grantType() {
        return GrantType.REFRESH_TOKEN;
    }

    @Override
    public TokenAnswer handle(Client client, TokenRequest request) {
        App app = AuthorizationCodeGrantHandler.requireApp(client, App.Grant.REFRESH_TOKEN);
        String presented = ((RefreshTokenGrant) request.getAuthorizationGrant())
                .getRefreshToken()
                .getValue();
        // What may be asked for is checked before the token is used up: a mistake in a scope must not cost the grant.
        Optional<Authorization> asked = refreshTokens
                .peek(presented)
                .filter(granted -> granted.clientId().equals(app.id()))
                .map(granted -> narrowed(granted, request));
        RefreshTokens.Rotation rotation = refreshTokens.rotate(presented, app.id());
        if (rotation instanceof RefreshTokens.Rotation.Reused reused) {
            revocations.revokeGrant(reused.authorization().grantId());
            audit.record(
                    AuditLog.Event.REFRESH_TOKEN_REUSED,
                    "client",
                    app.id(),
                    "sub",
                    reused.authorization().accountId());
            throw refused("a refresh token was used again; the family is revoked");
        }
        if (!(rotation instanceof RefreshTokens.Rotation.Rotated rotated)) {
            throw refused("unknown or expired refresh token");
        }
        Authorization authorization = asked.orElseThrow(() -> refused("the token was revoked meanwhile"));
        Account account = accounts.find(authorization.accountId())
                .filter(found -> !found.disabled())
                .orElseThrow(() -> refused("the account is gone or disabled"));
        if (!app.access().allows(account)) {
            throw refused("the person may no longer use the app");
        }
        return tokens.answer(app, authorization, account, Optional.of(rotated.newToken()));
    }

    private static Authorization narrowed(Authorization granted, TokenRequest request) {
        Set<String> scopes = request.getScope() == null || request.getScope().isEmpty()
                ? granted.scopes()
                : new LinkedHashSet<>(request.getScope().toStringList());
        List<String> audiences =
                request.getResources() == null || request.getResources().isEmpty()
                        ? granted.audiences()
                        : request.getResources().stream().map(URI::toString).toList();
        if (!granted.scopes().containsAll(scopes)) {
            throw new OAuthError(OAuth2Error.INVALID_SCOPE, "asked for more scopes than granted");
        }
        if (!granted.audiences().containsAll(audiences)) {
            throw new OAuthError(OAuth2Error.INVALID_TARGET, "asked for more resources than granted");
        }
        return granted.narrowedTo(scopes, audiences);
    }

    private static OAuthError refused(String reason) {
        return new OAuthError(OAuth2Error.INVALID_GRANT, reason);
    }
}
