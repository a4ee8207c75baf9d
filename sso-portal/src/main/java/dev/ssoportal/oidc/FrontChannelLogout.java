package dev.ssoportal.oidc;

import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.logout.FrontChannel;
import dev.ssoportal.logout.Hop;
import dev.ssoportal.logout.Recipient;
import dev.ssoportal.session.Participant;
import dev.ssoportal.session.SsoSession;
import java.util.List;
import java.util.Map;

/**
 * Has the browser load the front-channel logout URIs of the apps that took part, with {@code iss} and {@code sid} (<a
 * href="https://openid.net/specs/openid-connect-frontchannel-1_0.html">OpenID Connect Front-Channel Logout 1.0</a>, section 2).
 */
public final class FrontChannelLogout implements FrontChannel {
    private final AppCatalog catalog;
    private final String issuer;

    public FrontChannelLogout(AppCatalog catalog, String issuer) {
        this.catalog = catalog;
        this.issuer = issuer;
    }

    @Override
    public List<Hop> hops(SsoSession session, Map<String, String> upstreamLogout, String plan) {
        return session.participants().stream()
                .map(Participant::clientId)
                .flatMap(id -> catalog.knownApp(id).stream())
                .filter(app -> app.frontchannelLogoutUri().isPresent())
                .map(app -> new Hop(new Recipient(app.id(), app.name()), url(app, session), true))
                .toList();
    }

    private String url(App app, SsoSession session) {
        String uri = app.frontchannelLogoutUri().orElseThrow().toString();
        return uri + (uri.contains("?") ? "&" : "?")
                + "iss=" + Parameters.encode(issuer)
                + "&sid=" + Parameters.encode(session.id());
    }
}
