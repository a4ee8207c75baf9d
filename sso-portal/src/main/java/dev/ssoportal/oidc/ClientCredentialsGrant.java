package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.Api;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.ServiceAccount;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.TokenIssuer;
import java.util.Optional;
import java.util.Set;

/** {@code client_credentials} (RFC 6749, 4.4): a service account gets a token for one API. Touches neither SQL nor the cluster. */
final class ClientCredentialsGrant implements GrantHandler {
    private final AppCatalog catalog;
    private final Api portal;
    private final TokenIssuer issuer;

    /** @param portal ourselves, as an API: for service accounts that may hear of revocations */
    ClientCredentialsGrant(AppCatalog catalog, Api portal, TokenIssuer issuer) {
        this.catalog = catalog;
        this.portal = portal;
        this.issuer = issuer;
    }

    @Override
    public String grantType() {
        return "client_credentials";
    }

    @Override
    public TokenAnswer handle(TokenRequest request) {
        TokenForm form = request.form();
        if (!(request.client() instanceof ServiceAccount account)) {
            throw new OAuthError(
                    OAuth2Error.UNAUTHORIZED_CLIENT, request.client().id() + " is not a service account");
        }
        Set<String> scopes = form.scopes();
        if (!account.scopes().containsAll(scopes)) {
            throw new OAuthError(
                    OAuth2Error.INVALID_SCOPE, account.id() + " asked for " + scopes + " and may " + account.scopes());
        }
        Api api = audience(account, form, scopes);
        String token = issuer.accessTokenForService(account, api, scopes, request.confirmation());
        return TokenAnswer.of(
                token,
                request.confirmation(),
                issuer.accessTokenLifetime(),
                scopes,
                Optional.empty(),
                Optional.empty());
    }

    /** The API asked for by {@code resource} (RFC 8707) or {@code audience}; the only one it may call if none is asked for. */
    private Api audience(ServiceAccount account, TokenForm form, Set<String> scopes) {
        Set<String> targets = form.targets();
        Set<String> asked = targets.isEmpty() ? account.roles().keySet() : targets;
        boolean forUs =
                asked.equals(Set.of(portal.audience())) || (targets.isEmpty() && scopes.equals(portal.scopes()));
        if (forUs && account.scopes().containsAll(portal.scopes())) {
            return portal;
        }
        if (asked.size() != 1) {
            throw new OAuthError(
                    OAuth2Error.INVALID_TARGET.setDescription("Name one API by resource or audience"),
                    account.id() + " asked for " + asked.size() + " audiences");
        }
        String only = asked.iterator().next();
        return catalog.api(only)
                .filter(api -> account.roles().containsKey(only))
                .orElseThrow(() -> new OAuthError(OAuth2Error.INVALID_TARGET, account.id() + " may not call " + only));
    }
}
