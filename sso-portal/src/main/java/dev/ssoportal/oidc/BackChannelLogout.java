package dev.ssoportal.oidc;

import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.logout.LogoutChannel;
import dev.ssoportal.session.Participant;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.token.TokenIssuer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells apps with a back-channel logout URI that a session is over (<a
 * href="https://openid.net/specs/openid-connect-backchannel-1_0.html">OpenID Connect Back-Channel Logout 1.0</a>). Off the request's
 * thread, tried again with growing pauses: an app that is silent delays nobody.
 */
public final class BackChannelLogout implements LogoutChannel {
    private static final Logger LOG = LoggerFactory.getLogger(BackChannelLogout.class);
    private static final List<Duration> PAUSES =
            List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30));

    private final AppCatalog catalog;
    private final TokenIssuer issuer;
    private final OutboundHttp http;
    private final ScheduledExecutorService executor;

    public BackChannelLogout(
            AppCatalog catalog, TokenIssuer issuer, OutboundHttp http, ScheduledExecutorService executor) {
        this.catalog = catalog;
        this.issuer = issuer;
        this.http = http;
        this.executor = executor;
    }

    @Override
    public List<Hop> tell(SsoSession session, String plan) {
        for (Participant participant : session.participants()) {
            catalog.app(participant.clientId())
                    .filter(app -> app.backchannelLogoutUri().isPresent())
                    .ifPresent(app -> schedule(app, session, 0));
        }
        return List.of();
    }

    private void schedule(App app, SsoSession session, int attempt) {
        Future<?> unused = executor.schedule(
                () -> send(app, session, attempt), PAUSES.get(attempt).toMillis(), TimeUnit.MILLISECONDS);
    }

    private void send(App app, SsoSession session, int attempt) {
        String token = issuer.logoutToken(app, session.account().id(), session.id());
        CompletableFuture<Void> unused = http.postForm(
                        app.backchannelLogoutUri().orElseThrow(), "logout_token=" + Parameters.encode(token))
                .handle((status, failure) -> {
                    heard(
                            app,
                            session,
                            attempt,
                            failure == null ? "answered " + status : failure.toString(),
                            isSuccess(status));
                    return null;
                });
    }

    private static boolean isSuccess(Integer status) {
        return status != null && status >= 200 && status < 300;
    }

    private void heard(App app, SsoSession session, int attempt, String answer, boolean success) {
        if (success) {
            LOG.info("{} has been told that session {} is over", app.id(), session.id());
            return;
        }
        boolean again = attempt + 1 < PAUSES.size() && !executor.isShutdown();
        LOG.warn(
                "{} cannot be told that session {} is over ({}); {}",
                app.id(),
                session.id(),
                answer,
                again ? "trying again" : "given up");
        if (again) {
            schedule(app, session, attempt + 1);
        }
    }
}
