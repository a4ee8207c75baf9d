package dev.ssoportal;

import dev.ssoportal.account.AccountAppsEndpoint;
import dev.ssoportal.account.AccountSessionsEndpoint;
import dev.ssoportal.account.AdminSessionsEndpoint;
import dev.ssoportal.account.SessionRows;
import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.PasswordHash;
import dev.ssoportal.crypto.Pseudonyms;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SigningKeyStore;
import dev.ssoportal.crypto.SigningKeys;
import dev.ssoportal.directory.Accounts;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.AssetEndpoint;
import dev.ssoportal.http.Cookies;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.HttpServer;
import dev.ssoportal.http.Messages;
import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.http.Pages;
import dev.ssoportal.http.RequestContext;
import dev.ssoportal.http.Routes;
import dev.ssoportal.http.TemplateFiles;
import dev.ssoportal.http.TrustedProxies;
import dev.ssoportal.launcher.LauncherEndpoint;
import dev.ssoportal.launcher.LogoutEndpoint;
import dev.ssoportal.launcher.SignedOutEndpoint;
import dev.ssoportal.login.CallbackEndpoint;
import dev.ssoportal.login.FinishEndpoint;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.login.IdentityProviders;
import dev.ssoportal.login.LocalCredentials;
import dev.ssoportal.login.LoginAttempts;
import dev.ssoportal.login.LoginEndpoint;
import dev.ssoportal.login.MetadataEndpoint;
import dev.ssoportal.login.PasswordEndpoint;
import dev.ssoportal.login.SignIn;
import dev.ssoportal.login.SignInThrottle;
import dev.ssoportal.login.UpstreamIdp;
import dev.ssoportal.login.UpstreamLogoutEndpoint;
import dev.ssoportal.login.oidc.OidcLogoutMessages;
import dev.ssoportal.login.oidc.OidcUpstream;
import dev.ssoportal.login.saml.ClusterReplayCache;
import dev.ssoportal.login.saml.SamlClientFactory;
import dev.ssoportal.login.saml.SamlUpstream;
import dev.ssoportal.login.saml.SpKey;
import dev.ssoportal.logout.LogoutHopEndpoint;
import dev.ssoportal.logout.LogoutNoticeStore;
import dev.ssoportal.logout.LogoutNotices;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.oidc.AuthorizationRequests;
import dev.ssoportal.oidc.AuthorizationResponses;
import dev.ssoportal.oidc.AuthorizeChecks;
import dev.ssoportal.oidc.AuthorizeEndpoint;
import dev.ssoportal.oidc.BackChannelLogout;
import dev.ssoportal.oidc.ClientAssertions;
import dev.ssoportal.oidc.ClientAuthenticator;
import dev.ssoportal.oidc.ClientCertificates;
import dev.ssoportal.oidc.ClientEncryption;
import dev.ssoportal.oidc.ClientKeySets;
import dev.ssoportal.oidc.ConsentEndpoint;
import dev.ssoportal.oidc.DiscoveryEndpoint;
import dev.ssoportal.oidc.DpopNonces;
import dev.ssoportal.oidc.DpopProofs;
import dev.ssoportal.oidc.EndSessionEndpoint;
import dev.ssoportal.oidc.FrontChannelLogout;
import dev.ssoportal.oidc.Grants;
import dev.ssoportal.oidc.IdTokenHints;
import dev.ssoportal.oidc.Interactions;
import dev.ssoportal.oidc.IntrospectEndpoint;
import dev.ssoportal.oidc.JsonErrors;
import dev.ssoportal.oidc.JwksEndpoint;
import dev.ssoportal.oidc.PresentedTokens;
import dev.ssoportal.oidc.PushEndpoint;
import dev.ssoportal.oidc.PushedRequests;
import dev.ssoportal.oidc.RequestObjects;
import dev.ssoportal.oidc.RevocationFeed;
import dev.ssoportal.oidc.RevocationFeedEndpoint;
import dev.ssoportal.oidc.RevokeEndpoint;
import dev.ssoportal.oidc.SenderProofs;
import dev.ssoportal.oidc.TokenEndpoint;
import dev.ssoportal.oidc.UserInfoEndpoint;
import dev.ssoportal.session.SessionCookie;
import dev.ssoportal.session.SessionLinkStore;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SignInCheck;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Database;
import dev.ssoportal.token.AccessTokens;
import dev.ssoportal.token.AuthorizationCodes;
import dev.ssoportal.token.ConsentStore;
import dev.ssoportal.token.Consents;
import dev.ssoportal.token.RefreshTokenStore;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import dev.ssoportal.token.Subjects;
import dev.ssoportal.token.TokenIssuer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: constructs every object and lists every route. Read it from top to bottom and you have seen the house. */
public final class Portal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Portal.class);

    private final PortalConfig config;
    private final Clock clock;
    private final String issuer;

    // base
    private final RandomIds ids = new RandomIds();
    private final AuditLog audit = new AuditLog();
    private final OutboundHttp outboundHttp = new OutboundHttp();
    private final Background background = new Background(4);

    /** For the answers to logout notices, which come in bursts. */
    private final Background noticed = new Background(2);

    /** For what must not wait for the database: the quorum's lease and the feed's beat. */
    private final Background keepers = new Background(2);

    private final Database database;
    private final Cluster cluster;
    private final MasterKey masterKey;
    private final SigningKeyStore keyStore;
    private final SigningKeys signingKeys;

    // core
    private final AppCatalog catalog;
    private final Subjects subjects;
    private final Accounts accounts;
    private final Sessions sessions;
    private final TokenIssuer tokenIssuer;
    private final Revocations revocations;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final AuthorizationCodes codes;
    private final Consents consents;
    private final RevocationFeed feed;
    private final IdentityProviders providers;
    private final LogoutNotices notices;
    private final SessionEnder sessionEnder;

    // entrances
    private final TemplateFiles templateFiles;
    private final Pages pages;
    private final Csrf csrf;
    private final Cookies cookies;
    private final Health health;
    private final HttpServer server;
    private final HttpServer management;

    private Portal(PortalConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.issuer = config.server().baseUrl().toString();
        this.masterKey = MasterKey.load(config.masterKey(), config.server().data(), ids);
        // The slow starters side by side: the cluster here, the database and its keys there.
        CompletableFuture<Database> opening = CompletableFuture.supplyAsync(
                () -> Database.open(config.database(), config.server().data()));
        CompletableFuture<SigningKeys> signing = opening.thenApply(opened -> new SigningKeys(
                new SigningKeyStore(opened, masterKey, clock),
                ids,
                config.tokens().signingKeyRetention(),
                clock));
        if (!config.cluster().members().isEmpty()) {
            // Whoever joins is given records at once, and must be able to read the durable ones.
            opened(opening);
        }
        this.cluster = Cluster.start(config.cluster(), opening, clock);
        // What needs neither is made while the database still opens.
        this.templateFiles = new TemplateFiles(config.server().templates());
        Messages messages = new Messages(templateFiles);
        this.pages = new Pages(templateFiles, messages, config.brand());
        this.csrf = new Csrf(masterKey, ids);
        this.cookies = new Cookies(config.server().https());
        this.signingKeys = awaited(signing);
        this.database = awaited(opening);
        this.keyStore = new SigningKeyStore(database, masterKey, clock);

        this.catalog = new AppCatalog(config.applications(), config.apis(), config.serviceAccounts());
        this.accounts = new Accounts(database, ids, clock);
        this.subjects = new Subjects(catalog, new Pseudonyms(masterKey));
        this.revocations = new Revocations(cluster, subjects, config.tokens(), clock);
        this.sessions = new Sessions(
                cluster,
                new SessionLinkStore(database),
                config.session(),
                new SessionCookie(masterKey),
                revocations::isSessionRevoked,
                ids,
                clock);
        this.tokenIssuer = new TokenIssuer(issuer, config.tokens(), catalog, subjects, signingKeys, ids, clock);
        this.accessTokens = new AccessTokens(issuer, signingKeys, revocations, clock);
        this.feed = new RevocationFeed(revocations, accessTokens::isStillGood, cluster::hasQuorum);
        this.refreshTokens = new RefreshTokens(new RefreshTokenStore(database), config.tokens(), masterKey, clock);
        this.codes = new AuthorizationCodes(cluster, config.tokens(), ids, clock);
        this.consents = new Consents(new ConsentStore(database), clock);
        this.providers = new IdentityProviders(upstreams());
        this.notices = new LogoutNotices(
                new LogoutNoticeStore(database),
                new BackChannelLogout(catalog, tokenIssuer, outboundHttp),
                noticed.executor(),
                audit,
                clock);
        this.sessionEnder = new SessionEnder(
                sessions,
                refreshTokens,
                revocations,
                notices,
                List.of(new FrontChannelLogout(catalog, issuer), providers),
                cluster,
                issuer,
                audit,
                ids,
                clock);

        this.health = new Health(database, cluster);
        RequestContext context = new RequestContext(
                issuer,
                config.server().maxRequestBytes(),
                new TrustedProxies(config.server().trustedProxies()),
                config.server().clientCertificates().header(),
                cookies,
                messages);
        this.server = HttpServer.forPortal(config.server(), routes(), context, pages, csrf, ids, health::availability);
        this.management = HttpServer.forManagement(config.server(), managementRoutes(), context, pages, csrf, ids);
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

    private static void opened(CompletableFuture<Database> opening) {
        try {
            opening.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** What was started beside the cluster, or what kept it from starting; then this member must not stay. */
    private <T> T awaited(CompletableFuture<T> starting) {
        try {
            return starting.join();
        } catch (CompletionException e) {
            cluster.close();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void open() {
        background.every(Duration.ofMinutes(1), providers::refresh);
        background.every(Duration.ofSeconds(1), sessionEnder::goOn);
        keepers.every(Duration.ofSeconds(10), feed::beat);
        keepers.every(Duration.ofMillis(500), () -> cluster.renewQuorum(revocations::readNew));
        background.every(Duration.ofSeconds(2), revocations::readNew);
        background.every(Duration.ofMinutes(1), sessionEnder::endExpired);
        background.every(Duration.ofMinutes(10), this::deleteExpired);
        background.every(Duration.ofMinutes(1), signingKeys::refresh);
        background.every(
                Duration.ofHours(1),
                () -> signingKeys.rotateOlderThan(config.tokens().signingKeyLifetime()));
        server.start();
        management.start();
        cluster.settle();
        health.ready();
        LOG.info("serving {} on port {}, management on port {}", issuer, server.port(), management.port());
    }

    /** Every route there is. */
    private Routes routes() {
        Routes routes = new Routes();
        launcherRoutes(routes);
        accountRoutes(routes);
        loginRoutes(routes);
        oidcRoutes(routes);
        return routes.get("/assets/{name}", new AssetEndpoint(templateFiles, pages))
                .get("/logout/next", new LogoutHopEndpoint(sessionEnder));
    }

    private void launcherRoutes(Routes routes) {
        LogoutEndpoint logout = new LogoutEndpoint(sessions, sessionEnder, catalog, csrf, cookies);
        routes.get("/", new LauncherEndpoint(sessions, catalog))
                .get("/logout", logout)
                .post("/logout", logout)
                .get("/signed-out", new SignedOutEndpoint(sessionEnder));
    }

    private void accountRoutes(Routes routes) {
        SessionRows sessionRows = new SessionRows(catalog, providers.names());
        AccountSessionsEndpoint accountSessions = new AccountSessionsEndpoint(
                sessions, sessionEnder, notices, sessionRows, config.administrators(), csrf, clock);
        AdminSessionsEndpoint adminSessions = new AdminSessionsEndpoint(
                sessions, sessionEnder, accounts, sessionRows, config.administrators(), csrf, audit, clock);
        AccountAppsEndpoint accountApps =
                new AccountAppsEndpoint(sessions, consents, refreshTokens, revocations, catalog, csrf, audit, clock);
        routes.get("/account/sessions", accountSessions)
                .post("/account/sessions", accountSessions)
                .get("/admin/sessions", adminSessions)
                .post("/admin/sessions", adminSessions)
                .get("/account/apps", accountApps)
                .post("/account/apps", accountApps);
    }

    private void loginRoutes(Routes routes) {
        LoginAttempts attempts = new LoginAttempts(cluster, config.session(), ids, clock);
        LocalCredentials credentials = new LocalCredentials(config.localAccounts(), new PasswordHash(ids));
        SignIn signIn = new SignIn(accounts, sessions, sessionEnder, cookies, audit);
        PasswordEndpoint password = new PasswordEndpoint(
                credentials,
                new SignInThrottle(cluster, clock),
                signIn,
                sessions,
                config.session(),
                !config.identityProviders().isEmpty(),
                csrf,
                audit,
                clock);
        CallbackEndpoint callback = new CallbackEndpoint(providers, attempts, sessions);
        UpstreamLogoutEndpoint upstreamLogout = new UpstreamLogoutEndpoint(providers);
        routes.get(
                        "/login",
                        new LoginEndpoint(providers, credentials, attempts, sessions, config.session(), csrf, cookies))
                .get("/login/password", password)
                .post("/login/password", password)
                .get("/login/finish", new FinishEndpoint(attempts, providers, signIn, sessions, csrf))
                .get("/federation/{idp}/callback", callback)
                .post("/federation/{idp}/callback", callback)
                .get("/federation/{idp}/metadata", new MetadataEndpoint(providers))
                .get("/federation/{idp}/logout", upstreamLogout)
                .post("/federation/{idp}/logout", upstreamLogout);
    }

    private void oidcRoutes(Routes routes) {
        ClientKeySets clientKeys = new ClientKeySets(outboundHttp, clock);
        ClientEncryption encryption = new ClientEncryption(clientKeys);
        ClientAuthenticator authenticator = new ClientAuthenticator(
                catalog,
                new ClientAssertions(issuer, cluster, clientKeys, clock),
                new ClientCertificates(config.server().clientCertificates().trust(), clientKeys, clock),
                clock);
        Interactions interactions = new Interactions(cluster, config.session(), ids, clock);

        SenderProofs proofs = new SenderProofs(new DpopProofs(
                Stream.concat(
                                Stream.of(issuer),
                                config.server().clientCertificates().baseUrl().map(URI::toString).stream())
                        .toList(),
                new DpopNonces(masterKey, config.tokens().requireDpopNonces(), clock),
                cluster,
                clock));
        PresentedTokens presented = new PresentedTokens(accessTokens, proofs);
        IdTokenHints hints = new IdTokenHints(issuer, signingKeys);
        DiscoveryEndpoint discovery = new DiscoveryEndpoint(
                issuer, catalog, providers.acrValues(), config.server().clientCertificates());
        AuthorizeChecks checks = new AuthorizeChecks(catalog, hints, subjects, providers.acrValues());
        PushedRequests pushed = new PushedRequests(cluster, config.tokens(), config.session(), ids, clock);
        RequestObjects requestObjects = new RequestObjects(issuer, clientKeys, clock);
        AuthorizationRequests requests = new AuthorizationRequests(catalog, pushed, requestObjects);
        AuthorizationResponses responses = new AuthorizationResponses(issuer, tokenIssuer, encryption);
        AuthorizeEndpoint authorize = new AuthorizeEndpoint(
                catalog,
                requests,
                checks,
                responses,
                new SignInCheck(clock),
                sessions,
                interactions,
                consents,
                codes,
                ids,
                audit,
                clock);
        TokenEndpoint token = new TokenEndpoint(
                authenticator,
                proofs,
                Grants.all(
                        issuer,
                        catalog,
                        codes,
                        refreshTokens,
                        revocations,
                        sessions,
                        accounts,
                        tokenIssuer,
                        encryption,
                        audit));
        JsonErrors userInfo = new JsonErrors(new UserInfoEndpoint(
                issuer, presented, sessions, accounts, catalog, subjects, tokenIssuer, encryption));
        EndSessionEndpoint endSession = new EndSessionEndpoint(catalog, hints, sessions, sessionEnder, cookies);
        routes.getJson("/.well-known/openid-configuration", discovery)
                .getJson("/.well-known/oauth-authorization-server", discovery)
                .getJson("/oauth2/jwks", new JwksEndpoint(signingKeys))
                .get("/oauth2/authorize", authorize)
                .post("/oauth2/authorize", authorize)
                .post(
                        "/oauth2/consent",
                        new ConsentEndpoint(requests, checks, responses, sessions, interactions, consents, csrf, audit))
                .postJson(
                        "/oauth2/par",
                        new JsonErrors(new PushEndpoint(
                                authenticator, proofs, checks, requestObjects, pushed, config.tokens())))
                .postJson("/oauth2/token", new JsonErrors(token))
                .getJson("/oauth2/userinfo", userInfo)
                .postJson("/oauth2/userinfo", userInfo)
                .postJson(
                        "/oauth2/introspect",
                        new JsonErrors(new IntrospectEndpoint(
                                authenticator, accessTokens, refreshTokens, subjects, tokenIssuer, encryption)))
                .postJson(
                        "/oauth2/revoke",
                        new JsonErrors(
                                new RevokeEndpoint(authenticator, accessTokens, refreshTokens, revocations, audit)))
                .getJson("/oauth2/revocations", new JsonErrors(new RevocationFeedEndpoint(issuer, presented, feed)))
                .get("/oauth2/logout", endSession)
                .post("/oauth2/logout", endSession);
    }

    private Routes managementRoutes() {
        return new Routes()
                .getJson("/health/live", health::live)
                .getJson("/health/ready", health::readiness)
                .getJson("/metrics", health::metrics)
                .postJson(KeyRotation.path(), new KeyRotation(signingKeys, audit)::handle);
    }

    private List<UpstreamIdp> upstreams() {
        SamlClientFactory samlClients = new SamlClientFactory(
                issuer,
                () -> SpKey.load(keyStore, issuer, clock.instant()),
                new ClusterReplayCache(cluster, clock),
                outboundHttp,
                config.server().data());
        OidcLogoutMessages logoutMessages = new OidcLogoutMessages(sessions, () -> sessionEnder(), cluster, clock);
        List<UpstreamIdp> upstreams = new ArrayList<>();
        for (IdentityProvider provider : config.identityProviders()) {
            if (provider.protocol() instanceof IdentityProvider.Saml saml) {
                upstreams.add(new SamlUpstream(provider, saml, samlClients, sessions, () -> sessionEnder(), clock));
            } else if (provider.protocol() instanceof IdentityProvider.Oidc oidc) {
                upstreams.add(new OidcUpstream(provider, oidc, issuer, outboundHttp, logoutMessages, clock));
            }
        }
        return upstreams;
    }

    private SessionEnder sessionEnder() {
        return sessionEnder;
    }

    private void deleteExpired() {
        Instant now = clock.instant();
        cluster.deleteExpiredRows(now);
        sessions.deleteExpired(now);
        notices.deleteOld();
        refreshTokens.deleteExpired();
        revocations.deleteExpired();
    }

    public int port() {
        return server.port();
    }

    public int managementPort() {
        return management.port();
    }

    /** How many members share the sessions. */
    public int clusterMembers() {
        return cluster.members();
    }

    /** Stops without a word to the other members, as a machine that loses power does. */
    public void crash() {
        server.close();
        management.close();
        cluster.crash();
        background.abandon();
        noticed.abandon();
        keepers.abandon();
        database.close();
    }

    private void letProxiesNotice() {
        Duration otherwise = config.cluster().members().isEmpty() ? Duration.ZERO : Duration.ofSeconds(5);
        try {
            Thread.sleep(config.server().shutdownDelay().orElse(otherwise).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Unready first, then drained, then gone. */
    @Override
    public void close() {
        health.unready();
        letProxiesNotice();
        for (AutoCloseable part : List.of(feed, server, background, noticed, keepers, management, cluster, database)) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("{} does not close", part.getClass().getSimpleName(), e);
            }
        }
    }
}
