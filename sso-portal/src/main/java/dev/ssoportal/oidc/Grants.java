package dev.ssoportal.oidc;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.directory.Accounts;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.token.AuthorizationCodes;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import dev.ssoportal.token.TokenIssuer;
import java.util.List;

/** The grants of the token endpoint. */
public final class Grants {
    private Grants() {}

    public static List<GrantHandler> all(
            AppCatalog catalog,
            AuthorizationCodes codes,
            RefreshTokens refreshTokens,
            Revocations revocations,
            Sessions sessions,
            Accounts accounts,
            TokenIssuer issuer,
            AuditLog audit) {
        PersonTokens tokens = new PersonTokens(issuer, catalog);
        return List.of(
                new AuthorizationCodeGrantHandler(codes, refreshTokens, revocations, sessions, tokens, audit),
                new RefreshTokenGrantHandler(refreshTokens, revocations, sessions, accounts, tokens, audit),
                new ClientCredentialsGrant(catalog, issuer));
    }
}
