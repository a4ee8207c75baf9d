package dev.ssoportal.oidc;

import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.logout.BackChannel;
import dev.ssoportal.logout.Recipient;
import dev.ssoportal.session.Participant;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.token.TokenIssuer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Tells apps with a back-channel logout URI that a session is over (<a
 * href="https://openid.net/specs/openid-connect-backchannel-1_0.html">OpenID Connect Back-Channel Logout 1.0</a>).
 */
public final class BackChannelLogout implements BackChannel {
    private final AppCatalog catalog;
    private final TokenIssuer issuer;
    private final OutboundHttp http;
    private final ClientDocuments documents;

    public BackChannelLogout(AppCatalog catalog, TokenIssuer issuer, OutboundHttp http, ClientDocuments documents) {
        this.catalog = catalog;
        this.issuer = issuer;
        this.http = http;
        this.documents = documents;
    }

    @Override
    public List<Recipient> recipients(SsoSession session) {
        return participants(session, app -> app.backchannelLogoutUri().isPresent());
    }

    @Override
    public List<Recipient> unreachable(SsoSession session) {
        Stream<Recipient> silent =
                participants(
                        session,
                        app -> app.backchannelLogoutUri().isEmpty()
                                && app.frontchannelLogoutUri().isEmpty())
                        .stream();
        Stream<Recipient> unknown = session.participants().stream()
                .map(Participant::clientId)
                .filter(id -> catalog.knownApp(id).isEmpty())
                .map(id -> new Recipient(id, id));
        return Stream.concat(silent, unknown).toList();
    }

    private List<Recipient> participants(SsoSession session, Predicate<App> which) {
        return session.participants().stream()
                .map(Participant::clientId)
                .flatMap(id -> catalog.knownApp(id).stream())
                .filter(which)
                .map(app -> new Recipient(app.id(), app.name()))
                .toList();
    }

    @Override
    public CompletableFuture<Integer> send(String recipient, String accountId, String sessionId) {
        Optional<App> app = catalog.knownApp(recipient)
                .filter(found -> found.backchannelLogoutUri().isPresent());
        if (app.isEmpty()) {
            return CompletableFuture.failedFuture(new IOException("the app has no back-channel logout URI any more"));
        }
        URI uri = app.get().backchannelLogoutUri().orElseThrow();
        try {
            documents.requireAllowed(uri, app.get().isDeclared());
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        String token = issuer.logoutToken(app.get(), accountId, sessionId);
        return http.postForm(uri, "logout_token=" + Parameters.encode(token));
    }
}
