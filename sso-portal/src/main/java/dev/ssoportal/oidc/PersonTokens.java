package dev.ssoportal.oidc;

import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.App;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.TokenIssuer;
import java.util.Optional;

/** What a code and a refresh token are exchanged for. */
final class PersonTokens {
    private final TokenIssuer issuer;

    PersonTokens(TokenIssuer issuer) {
        this.issuer = issuer;
    }

    TokenAnswer answer(App app, Authorization authorization, Account account, Optional<String> refreshToken) {
        String accessToken = issuer.accessTokenForPerson(authorization, account);
        Optional<String> idToken = authorization.scopes().contains("openid")
                ? Optional.of(issuer.idToken(app, authorization, account, accessToken))
                : Optional.empty();
        return TokenAnswer.of(accessToken, issuer.accessTokenLifetime(), authorization.scopes(), idToken, refreshToken);
    }
}
