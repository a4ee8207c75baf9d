package dev.ssoportal;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.Pseudonyms;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SigningKeyStore;
import dev.ssoportal.crypto.SigningKeys;
import dev.ssoportal.directory.Accounts;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.ServiceAccount;
import dev.ssoportal.http.Cookies;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Messages;
import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.http.Pages;
import dev.ssoportal.http.TemplateFiles;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.login.IdentityProviders;
import dev.ssoportal.login.UpstreamIdp;
import dev.ssoportal.login.oidc.OidcLogoutMessages;
import dev.ssoportal.login.oidc.OidcUpstream;
import dev.ssoportal.login.saml.ClusterReplayCache;
import dev.ssoportal.login.saml.SamlClientFactory;
import dev.ssoportal.login.saml.SamlUpstream;
import dev.ssoportal.login.saml.SpKey;
import dev.ssoportal.logout.LogoutNoticeStore;
import dev.ssoportal.logout.LogoutNotices;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.oidc.BackChannelLogout;
import dev.ssoportal.oidc.ClientDocuments;
import dev.ssoportal.oidc.FrontChannelLogout;
import dev.ssoportal.oidc.RevocationFeed;
import dev.ssoportal.oidc.registration.ClientIdDocuments;
import dev.ssoportal.oidc.registration.RegisteredClientStore;
import dev.ssoportal.oidc.registration.RegisteredClients;
import dev.ssoportal.session.SessionCookie;
import dev.ssoportal.session.SessionLinkStore;
import dev.ssoportal.session.Sessions;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Everything that the entrances share: constructed here, in this order, and nowhere else. */
final class Core {
    final PortalConfig config;
    final Clock clock;
    final String issuer;

    // base
    final RandomIds ids = new RandomIds();
    final AuditLog audit = new AuditLog();
    final OutboundHttp outboundHttp;
    final ClientDocuments clientDocuments;

    /** Others than these, so that a server that is slow to give a request keeps nobody from his keys. */
    final ClientDocuments requestDocuments;

    final Database database;
    final Cluster cluster;
    final MasterKey masterKey;
    final SigningKeyStore keyStore;
    final SigningKeys signingKeys;

    // core
    final RegisteredClients registered;
    final AppCatalog catalog;
    final Subjects subjects;
    final Accounts accounts;
    final Sessions sessions;
    final TokenIssuer tokenIssuer;
    final Revocations revocations;
    final AccessTokens accessTokens;
    final RefreshTokens refreshTokens;
    final AuthorizationCodes codes;
    final Consents consents;
    final RevocationFeed feed;
    final IdentityProviders providers;
    final LogoutNotices notices;
    final SessionEnder sessionEnder;

    // for the entrances
    final TemplateFiles templateFiles;
    final Messages messages;
    final Pages pages;
    final Csrf csrf;
    final Cookies cookies;

    Core(PortalConfig config, Clock clock, Executor answers) {
        this.config = config;
        this.clock = clock;
        this.issuer = config.server().baseUrl().toString();
        this.outboundHttp = new OutboundHttp(config.server().trustedCertificates());
        this.clientDocuments =
                new ClientDocuments(outboundHttp, config.registration().privateAddresses());
        this.requestDocuments =
                new ClientDocuments(outboundHttp, config.registration().privateAddresses());
        this.masterKey = MasterKey.load(config.masterKey(), config.server().data(), ids);
        // The slow starters side by side: the cluster here, the database and its keys there.
        CompletableFuture<Database> opening = CompletableFuture.supplyAsync(
                () -> Database.open(config.database(), config.server().data()));
        CompletableFuture<SigningKeys> signing = opening.thenApply(opened -> new SigningKeys(
                new SigningKeyStore(opened, masterKey, clock),
                ids,
                config.tokens().jwsAlgorithms(),
                config.tokens().signingKeyRetention(),
                clock));
        if (!config.cluster().members().isEmpty()) {
            // Whoever joins is given records at once, and must be able to read the durable ones.
            opened(opening);
        }
        this.cluster = Cluster.start(config.cluster(), opening, clock);
        // What needs neither is made while the database still opens.
        this.templateFiles = new TemplateFiles(config.server().templates());
        this.messages = new Messages(templateFiles);
        this.pages = new Pages(templateFiles, messages, config.brand());
        this.csrf = new Csrf(masterKey, ids);
        this.cookies = new Cookies(config.server().https());
        this.signingKeys = awaited(signing);
        this.database = awaited(opening);
        this.keyStore = new SigningKeyStore(database, masterKey, clock);

        RegisteredClientStore registeredStore = new RegisteredClientStore(database);
        this.registered = new RegisteredClients(
                registeredStore,
                config.registration(),
                config.tokens().jwsAlgorithms(),
                config.server().clientCertificates().isOn(),
                clientDocuments,
                masterKey,
                ids,
                clock);
        requireFree(registeredStore, config);
        this.catalog = new AppCatalog(
                config.applications(),
                config.apis(),
                config.serviceAccounts(),
                registered,
                new ClientIdDocuments(config.registration(), config.tokens().jwsAlgorithms(), clientDocuments));
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
                new BackChannelLogout(catalog, tokenIssuer, outboundHttp, clientDocuments),
                answers,
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

    /** An id of the configuration that an app has registered under means something else to whoever knows it. */
    private void requireFree(RegisteredClientStore store, PortalConfig config) {
        List<String> ids = Stream.concat(
                        config.applications().stream().map(App::id),
                        config.serviceAccounts().stream().map(ServiceAccount::id))
                .toList();
        List<String> taken = store.taken(ids);
        if (!taken.isEmpty()) {
            cluster.close();
            throw new UncheckedIOException(
                    "the configuration declares what has registered itself",
                    new IOException("client ids in both: " + taken));
        }
    }

    private static void opened(CompletableFuture<Database> opening) {
        try {
            opening.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
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

    void deleteExpired() {
        Instant now = clock.instant();
        cluster.deleteExpiredRows(now);
        sessions.deleteExpired(now);
        notices.deleteOld();
        refreshTokens.deleteExpired();
        revocations.deleteExpired();
        registered.deleteUnused();
    }
}
