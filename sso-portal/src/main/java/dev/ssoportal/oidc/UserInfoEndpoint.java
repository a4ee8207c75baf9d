package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.Accounts;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.Responses;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.AccessToken;
import dev.ssoportal.token.ClaimRules;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.Subjects;
import dev.ssoportal.token.TokenIssuer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code /oauth2/userinfo} (OpenID Connect Core, <a href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfo">5.3</a>). */
public final class UserInfoEndpoint implements Endpoint {
    private final String issuer;
    private final PresentedTokens tokens;
    private final Sessions sessions;
    private final Accounts accounts;
    private final AppCatalog catalog;
    private final Subjects subjects;
    private final TokenIssuer issuing;
    private final ClientEncryption encryption;

    public UserInfoEndpoint(
            String issuer,
            PresentedTokens tokens,
            Sessions sessions,
            Accounts accounts,
            AppCatalog catalog,
            Subjects subjects,
            TokenIssuer issuing,
            ClientEncryption encryption) {
        this.issuer = issuer;
        this.tokens = tokens;
        this.sessions = sessions;
        this.accounts = accounts;
        this.catalog = catalog;
        this.subjects = subjects;
        this.issuing = issuing;
        this.encryption = encryption;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        AccessToken token = tokens.require(exchange);
        if (!token.audience().contains(issuer)) {
            throw new OAuthError(
                    token.scopes().contains("openid")
                            ? BearerTokenError.INVALID_TOKEN
                            : BearerTokenError.INSUFFICIENT_SCOPE.setScope(new Scope("openid")),
                    "a token for " + token.audience());
        }
        if (!token.scopes().contains("openid")) {
            throw new OAuthError(
                    BearerTokenError.INSUFFICIENT_SCOPE.setScope(new Scope("openid")), "a token without openid");
        }
        // The session knows the person as of her sign-in; SQL is asked only for a grant that outlives its session.
        Account account = token.sessionId()
                .flatMap(sessions::find)
                .map(SsoSession::account)
                .or(() -> subjects.accountId(token.clientId(), token.subject()).flatMap(accounts::find))
                .orElseThrow(() -> new OAuthError(BearerTokenError.INVALID_TOKEN, "the account is gone"));
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", token.subject());
        claims.putAll(ClaimRules.claims(account, token.scopes(), token.userInfoClaims()));
        return catalog.app(token.clientId())
                .flatMap(app -> signed(app, claims))
                .orElseGet(() -> Reply.json(200, Json.write(claims)));
    }

    /** As a JWT, if the app is registered for that (5.3.2). */
    private Optional<Reply> signed(App app, Map<String, Object> claims) {
        Responses how = app.rules().responses();
        if (how.userInfo().isEmpty() && how.userInfoEncryption().isEmpty()) {
            return Optional.empty();
        }
        String jwt = issuing.userInfo(app, how.userInfo().orElse(how.idToken()), claims);
        return Optional.of(Reply.jwt("application/jwt", encryption.encrypt(app, how.userInfoEncryption(), jwt)));
    }
}
