package dev.ssoportal.demo;

import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.pac4j.core.config.Config;
import org.pac4j.core.http.callback.NoParameterCallbackUrlResolver;
import org.pac4j.core.profile.ProfileManager;
import org.pac4j.jee.context.JEEContext;
import org.pac4j.jee.context.session.JEESessionStore;
import org.pac4j.jee.filter.CallbackFilter;
import org.pac4j.jee.filter.LogoutFilter;
import org.pac4j.jee.filter.SecurityFilter;
import org.pac4j.oidc.client.OidcClient;
import org.pac4j.oidc.config.OidcConfiguration;
import org.pac4j.oidc.profile.OidcProfile;

/**
 * An app as the portal knows it: pac4j's filters sign people in, take the portal's logout tokens at {@code /callback}, and sign out there too.
 *
 * @param url of the app
 * @param portal the issuer
 * @param scope what it asks for
 */
record RelyingParty(String url, String portal, String clientId, String clientSecret, String scope) {

    /** A server on which these paths are for people who are signed in. */
    WebServer protect(int port, List<String> paths) {
        OidcConfiguration oidc = new OidcConfiguration();
        oidc.setDiscoveryURI(portal + "/.well-known/openid-configuration");
        oidc.setClientId(clientId);
        oidc.setSecret(clientSecret);
        oidc.setScope(scope);
        oidc.setUseNonce(true);
        oidc.setPkceMethod(CodeChallengeMethod.S256);
        OidcClient client = new OidcClient(oidc);
        client.setName("portal");
        client.setCallbackUrlResolver(new NoParameterCallbackUrlResolver());
        Config config = new Config(url + "/callback", client);
        LogoutFilter logout = new LogoutFilter(config, url + "/signed-out");
        logout.setCentralLogout(true);
        logout.setDestroySession(true);
        WebServer server = new WebServer(port, true)
                .filter(new CallbackFilter(config, "/"), "/callback")
                .filter(logout, "/logout");
        paths.forEach(path -> server.filter(new SecurityFilter(config, "portal", "isAuthenticated"), path));
        return server;
    }

    /** Who is signed in; only behind a protected path. */
    static OidcProfile profile(HttpServletRequest request, HttpServletResponse response) {
        return new ProfileManager(new JEEContext(request, response), new JEESessionStore())
                .getProfile(OidcProfile.class)
                .orElseThrow();
    }
}
