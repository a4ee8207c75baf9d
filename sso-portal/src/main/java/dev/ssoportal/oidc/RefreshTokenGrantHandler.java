package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.App;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** {@code refresh_token} (RFC 6749, section 6), with rotation and reuse detection (RFC 9700, 4.14.2). */
final class RefreshTokenGrantHandler implements GrantHandler {
    private final RefreshTokens refreshTokens;
    private final Revocations revocations;
    private final Sessions sessions;

    private final PersonTokens tokens;
    private final AuditLog audit;

    RefreshTokenGrantHandler(
            RefreshTokens refreshTokens,
            Revocations revocations,
            Sessions sessions,
            PersonTokens tokens,
            AuditLog audit) {
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        this.sessions = sessions;

        this.tokens = tokens;
        this.audit = audit;
    }

    @Override
    public String grantType() {
        return "refresh_token";
    }

    @Override
    public TokenAnswer handle(TokenRequest request) {
        TokenForm form = request.form();
        App app = AuthorizationCodeGrantHandler.requireApp(request.client(), App.Grant.REFRESH_TOKEN);
        String presented = form.required("refresh_token");
        // Everything that can fail is done before the token is used up: neither a mistake in a scope nor a database
        // away costs the grant.
        Optional<RefreshTokens.Held> held = refreshTokens
                .peek(presented)
                .filter(found -> found.authorization().clientId().equals(app.id()));
        Optional<Authorization> granted = held.map(RefreshTokens.Held::authorization)
                .map(found -> stillAllowed(app, found))
                .map(this::inItsSession);
        granted.ifPresent(found -> AuthorizationCodeGrantHandler.requireSameSender(found, request.confirmation()));
        Optional<Authorization> narrowed = granted.map(found -> tokens.narrowed(found, form));
        narrowed.ifPresent(found -> tokens.requireKeys(app));
        Optional<Account> account = held.map(found -> requireAccount(app, found));
        if (app.rules().isFapi2() && granted.isPresent()) {
            // FAPI 2.0 Security Profile, 5.3.2.1: no rotation; whoever steals it cannot use it.
            requireNotTakenBack(narrowed.get());
            return tokens.answer(app, narrowed.get(), account.get(), request.confirmation(), Optional.empty());
        }
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
        if (!(rotation instanceof RefreshTokens.Rotation.Rotated rotated) || narrowed.isEmpty()) {
            throw refused("unknown, expired or revoked refresh token");
        }
        requireNotTakenBack(narrowed.get());
        return tokens.answer(
                app, narrowed.get(), account.orElseThrow(), request.confirmation(), Optional.of(rotated.newToken()));
    }

    private void requireNotTakenBack(Authorization authorization) {
        if (revocations.isTakenBack(authorization) || revocations.isGrantRevoked(authorization.grantId())) {
            throw refused("revoked while the refresh was under way");
        }
    }

    /** A scope that the app may no longer have is not issued again. */
    private static Authorization stillAllowed(App app, Authorization granted) {
        Set<String> scopes = new LinkedHashSet<>(granted.scopes());
        scopes.retainAll(app.scopes());
        return granted.narrowedTo(scopes, granted.audiences(), granted.details())
                .with(granted.claims().within(app.scopes()));
    }

    private Authorization inItsSession(Authorization granted) {
        return sessions.find(granted.sessionId()).isPresent() ? granted : granted.withoutSession();
    }

    private static Account requireAccount(App app, RefreshTokens.Held held) {
        Account account = held.account()
                .filter(found -> !found.disabled())
                .orElseThrow(() -> refused("the account is gone or disabled"));
        if (!app.acrValues().isEmpty()
                && held.authorization().acr().filter(app.acrValues()::contains).isEmpty()) {
            throw refused("the app needs another authentication context by now");
        }
        if (!app.access().allows(account)) {
            throw refused("the person may no longer use the app");
        }
        return account;
    }

    private static OAuthError refused(String reason) {
        return new OAuthError(OAuth2Error.INVALID_GRANT, reason);
    }
}
