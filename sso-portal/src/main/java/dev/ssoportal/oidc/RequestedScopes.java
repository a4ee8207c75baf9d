package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.token.OAuthError;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an app asks for in a person's name, against what it may. */
final class RequestedScopes {
    private RequestedScopes() {}

    /** Unknown scopes are ignored (OpenID Connect Core, 3.1.2.1); known ones that the app may not have are refused. */
    static Set<String> allowed(AppCatalog catalog, App app, Collection<String> asked) {
        Set<String> known = new LinkedHashSet<>(asked);
        known.retainAll(catalog.scopes());
        if (!app.scopes().containsAll(known)) {
            throw new OAuthError(
                    OAuth2Error.INVALID_SCOPE, app.id() + " asked for " + known + " and may " + app.scopes());
        }
        return known;
    }

    /** Resource indicators (RFC 8707, section 2); without any, the APIs that the scopes and the details are about. */
    static List<String> audiences(AppCatalog catalog, Set<String> scopes, List<String> ofDetails, List<String> asked) {
        Set<String> meant = new LinkedHashSet<>(ofDetails);
        catalog.apisOf(scopes).forEach(api -> meant.add(api.audience()));
        if (asked.isEmpty()) {
            return List.copyOf(meant);
        }
        if (!meant.containsAll(asked)) {
            throw new OAuthError(OAuth2Error.INVALID_TARGET, "asked for " + asked + "; the scopes lead to " + meant);
        }
        return asked;
    }
}
