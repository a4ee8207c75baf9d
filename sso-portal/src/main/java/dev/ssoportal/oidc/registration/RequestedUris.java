package dev.ssoportal.oidc.registration;

import com.nimbusds.oauth2.sdk.client.RegistrationError;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.Profile;
import dev.ssoportal.oidc.AuthorizationRequests;
import dev.ssoportal.token.OAuthError;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The addresses in a client's metadata: https, http on loopback, or, where an app on a device is gone back to, a scheme of its own. */
final class RequestedUris {
    private static final int MOST = 20;

    private RequestedUris() {}

    /** @throws OAuthError {@code invalid_redirect_uri} */
    static List<String> redirect(OIDCClientMetadata metadata, Profile profile) {
        Set<URI> uris = of(metadata.getRedirectionURIs());
        if (uris.isEmpty() || uris.size() > MOST) {
            throw invalidRedirect("one to " + MOST + " redirect_uris are needed");
        }
        if (!uris.stream().allMatch(uri -> leadsBack(uri, profile))) {
            throw invalidRedirect("redirect_uris have to be https, or http on loopback, without a fragment");
        }
        return uris.stream().map(URI::toString).toList();
    }

    static List<String> postLogoutRedirect(OIDCClientMetadata metadata, Profile profile) {
        Set<URI> uris = of(metadata.getPostLogoutRedirectionURIs());
        if (uris.size() > MOST || !uris.stream().allMatch(uri -> leadsBack(uri, profile))) {
            throw ClientMetadataReader.invalid(
                    "post_logout_redirect_uris have to be https, or http on loopback, and no more than " + MOST);
        }
        return uris.stream().map(URI::toString).toList();
    }

    private static boolean leadsBack(URI uri, Profile profile) {
        return uri.getFragment() == null && (App.isWebUri(uri) || (profile == Profile.NATIVE && App.isPrivateUri(uri)));
    }

    /** Their fragments, hashes of what is there, are for those who keep it (OpenID Connect Dynamic Client Registration, section 2). */
    static Set<String> request(OIDCClientMetadata metadata) {
        Set<URI> uris = of(metadata.getRequestObjectURIs());
        if (uris.size() > MOST || !uris.stream().allMatch(App::isWebUri)) {
            throw ClientMetadataReader.invalid(
                    "request_uris have to be https, or http on loopback, and no more than " + MOST);
        }
        return uris.stream()
                .map(uri -> AuthorizationRequests.withoutFragment(uri.toString()))
                .collect(Collectors.toSet());
    }

    /** @param name what is said to be wrong */
    static URI web(URI uri, String name) {
        if (!App.isWebUri(uri) || uri.getFragment() != null) {
            throw ClientMetadataReader.invalid(name + " has to be https, or http on loopback");
        }
        return uri;
    }

    private static Set<URI> of(Set<URI> uris) {
        return Optional.ofNullable(uris).orElse(Set.of());
    }

    private static OAuthError invalidRedirect(String description) {
        return new OAuthError(RegistrationError.INVALID_REDIRECT_URI.setDescription(description), description);
    }
}
