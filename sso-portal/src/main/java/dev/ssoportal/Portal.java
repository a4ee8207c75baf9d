package dev.ssoportal;

import dev.ssoportal.http.AssetEndpoint;
import dev.ssoportal.http.HttpServer;
import dev.ssoportal.http.RequestContext;
import dev.ssoportal.http.Routes;
import dev.ssoportal.http.TrustedProxies;
import dev.ssoportal.launcher.LauncherEndpoint;
import dev.ssoportal.launcher.LogoutEndpoint;
import dev.ssoportal.launcher.SignedOutEndpoint;
import dev.ssoportal.logout.LogoutHopEndpoint;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root, with {@link Core}: that constructs what is shared, this opens the entrances, whose routes are in {@link OidcRoutes},
 * {@link LoginRoutes} and {@link AccountRoutes}. Read the five and you have seen the house.
 */
public final class Portal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Portal.class);

    private final Background background = new Background(4);

    /** For the answers to logout notices, which come in bursts. */
    private final Background noticed = new Background(2);

    /** For what must not wait for the database: the quorum's lease and the feed's beat. */
    private final Background keepers = new Background(2);

    private final Core core;
    private final Health health;
    private final HttpServer server;
    private final HttpServer management;

    private Portal(PortalConfig config, Clock clock) {
        this.core = new Core(config, clock, noticed.executor());
        this.health = new Health(core.database, core.cluster);
        RequestContext context = new RequestContext(
                core.issuer,
                core.config.server().maxRequestBytes(),
                new TrustedProxies(core.config.server().trustedProxies()),
                core.config.server().clientCertificates().header(),
                core.cookies,
                core.messages);
        this.server = HttpServer.forPortal(
                core.config.server(), routes(), context, core.pages, core.csrf, core.ids, health::availability);
        this.management = HttpServer.forManagement(
                core.config.server(), managementRoutes(), context, core.pages, core.csrf, core.ids);
    }

    /**
     * Starts a portal; when this returns, it serves.
     *
     * @throws java.io.UncheckedIOException when the database, the cluster or a port cannot be had
     */
    public static Portal start(PortalConfig config, Clock clock) {
        Portal portal = new Portal(config, clock);
        try {
            portal.open();
            return portal;
        } catch (RuntimeException e) {
            portal.close();
            throw e;
        }
    }

    private void open() {
        background.every(Duration.ofMinutes(1), core.providers::refresh);
        background.every(Duration.ofSeconds(1), core.sessionEnder::goOn);
        keepers.every(Duration.ofSeconds(10), core.feed::beat);
        keepers.every(Duration.ofMillis(500), () -> core.cluster.renewQuorum(core.revocations::readNew));
        background.every(Duration.ofSeconds(2), core.revocations::readNew);
        background.every(Duration.ofMinutes(1), core.sessionEnder::endExpired);
        background.every(Duration.ofMinutes(10), core::deleteExpired);
        background.every(Duration.ofMinutes(1), core.signingKeys::refresh);
        background.every(
                Duration.ofHours(1),
                () -> core.signingKeys.rotateOlderThan(core.config.tokens().signingKeyLifetime()));
        server.start();
        management.start();
        core.cluster.settle();
        health.ready();
        LOG.info("serving {} on port {}, management on port {}", core.issuer, server.port(), management.port());
    }

    /** Every route there is. */
    private Routes routes() {
        Routes routes = new Routes();
        launcherRoutes(routes);
        AccountRoutes.add(routes, core);
        LoginRoutes.add(routes, core);
        new OidcRoutes(core).add(routes);
        return routes.get("/assets/{name}", new AssetEndpoint(core.templateFiles, core.pages))
                .get("/logout/next", new LogoutHopEndpoint(core.sessionEnder));
    }

    private void launcherRoutes(Routes routes) {
        LogoutEndpoint logout =
                new LogoutEndpoint(core.sessions, core.sessionEnder, core.catalog, core.csrf, core.cookies);
        routes.get("/", new LauncherEndpoint(core.sessions, core.catalog))
                .get("/logout", logout)
                .post("/logout", logout)
                .get("/signed-out", new SignedOutEndpoint(core.sessionEnder));
    }

    private Routes managementRoutes() {
        return new Routes()
                .getJson("/health/live", health::live)
                .getJson("/health/ready", health::readiness)
                .getJson("/metrics", health::metrics)
                .postJson(KeyRotation.path(), new KeyRotation(core.signingKeys, core.audit)::handle);
    }

    public int port() {
        return server.port();
    }

    public int managementPort() {
        return management.port();
    }

    /** How many members share the sessions. */
    public int clusterMembers() {
        return core.cluster.members();
    }

    /** Stops without a word to the other members, as a machine that loses power does. */
    public void crash() {
        server.close();
        management.close();
        core.cluster.crash();
        background.abandon();
        noticed.abandon();
        keepers.abandon();
        core.database.close();
    }

    private void letProxiesNotice() {
        Duration otherwise = core.config.cluster().members().isEmpty() ? Duration.ZERO : Duration.ofSeconds(5);
        try {
            Thread.sleep(core.config.server().shutdownDelay().orElse(otherwise).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Unready first, then drained, then gone. */
    @Override
    public void close() {
        health.unready();
        letProxiesNotice();
        for (AutoCloseable part :
                List.of(core.feed, server, background, noticed, keepers, management, core.cluster, core.database)) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("{} does not close", part.getClass().getSimpleName(), e);
            }
        }
    }
}
