package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.Accounts;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.AccessToken;
import dev.ssoportal.token.ClaimRules;
import dev.ssoportal.token.OAuthError;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code /oauth2/userinfo} (OpenID Connect Core, <a href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfo">5.3</a>). */
public final class UserInfoEndpoint implements Endpoint {
    private final String issuer;
    private final PresentedTokens tokens;
    private final Sessions sessions;
    private final Accounts accounts;

    public UserInfoEndpoint(String issuer, PresentedTokens tokens, Sessions sessions, Accounts accounts) {
        this.issuer = issuer;
        this.tokens = tokens;
        this.sessions = sessions;
        this.accounts = accounts;
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
                .or(() -> accounts.find(token.subject()))
                .orElseThrow(() -> new OAuthError(BearerTokenError.INVALID_TOKEN, "the account is gone"));
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", account.id());
        claims.putAll(ClaimRules.claims(account, token.scopes(), token.userInfoClaims()));
        return Reply.json(200, Json.write(claims));
    }
}
