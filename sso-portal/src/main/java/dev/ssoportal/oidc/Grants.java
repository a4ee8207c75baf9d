package dev.ssoportal.oidc;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.directory.Api;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.token.AuthorizationCodes;
import dev.ssoportal.token.DeviceCodes;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import dev.ssoportal.token.TokenIssuer;
import java.util.List;
import java.util.Set;

/** The grants of the token endpoint. */
public final class Grants {
    private Grants() {}

    public static List<GrantHandler> all(
            String baseUrl,
            AppCatalog catalog,
            AuthorizationCodes codes,
            DeviceCodes deviceCodes,
            RefreshTokens refreshTokens,
            Revocations revocations,
            Sessions sessions,
            TokenIssuer issuer,
            ClientEncryption encryption,
            AuditLog audit) {
        PersonTokens tokens = new PersonTokens(issuer, catalog, encryption);
        FirstTokens firstTokens = new FirstTokens(refreshTokens, revocations, sessions, tokens);
        Api portal = new Api(baseUrl, "Portal", Set.of(Revocations.SCOPE), List.of(), List.of());
        return List.of(
                new AuthorizationCodeGrantHandler(codes, refreshTokens, revocations, tokens, firstTokens, audit),
                new DeviceCodeGrantHandler(deviceCodes, sessions, tokens, firstTokens),
                new RefreshTokenGrantHandler(refreshTokens, revocations, sessions, tokens, audit),
                new ClientCredentialsGrant(catalog, portal, issuer));
    }
}
