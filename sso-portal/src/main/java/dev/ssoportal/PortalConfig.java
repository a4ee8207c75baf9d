package dev.ssoportal;

import com.nimbusds.jose.JWSAlgorithm;
import dev.ssoportal.config.BrandConfig;
import dev.ssoportal.config.ClusterConfig;
import dev.ssoportal.config.ConfigFile;
import dev.ssoportal.config.DatabaseConfig;
import dev.ssoportal.config.RegistrationConfig;
import dev.ssoportal.config.Secret;
import dev.ssoportal.config.Section;
import dev.ssoportal.config.ServerConfig;
import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.directory.AccessRule;
import dev.ssoportal.directory.Api;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.DetailType;
import dev.ssoportal.directory.ServiceAccount;
import dev.ssoportal.http.TrustedProxies;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.login.LocalAccount;
import dev.ssoportal.token.Revocations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The whole of {@code portal.yaml}. Each part goes to the objects that need it; the whole goes no further than {@link Portal}. */
public record PortalConfig(
        ServerConfig server,
        BrandConfig brand,
        DatabaseConfig database,
        ClusterConfig cluster,
        SessionConfig session,
        TokenConfig tokens,
        Optional<Secret> masterKey,
        List<IdentityProvider> identityProviders,
        List<LocalAccount> localAccounts,
        List<App> applications,
        List<Api> apis,
        List<ServiceAccount> serviceAccounts,
        RegistrationConfig registration,
        Optional<AccessRule> administrators) {

    private static final String FILE = "portal.yaml";

    /**
     * Reads {@code portal.yaml} in a folder.
     *
     * @param environment where {@code ${env:…}} is looked up
     * @throws dev.ssoportal.config.ConfigException with every problem
     */
    public static PortalConfig load(Path folder, Map<String, String> environment) {
        PortalConfig config = new ConfigFile(folder.resolve(FILE), environment).read(PortalConfig::read);
        Path hazelcastFile = folder.resolve("hazelcast.yaml");
        if (config.cluster().hazelcastFile().isPresent() || !Files.exists(hazelcastFile)) {
            return config;
        }
        return config.withHazelcastFile(hazelcastFile);
    }

    /** Reads every key, in the order of the documentation. */
    static PortalConfig read(Section section) {
        Set<String> clientIds = new HashSet<>();
        Set<String> audiences = new HashSet<>();
        Set<String> providerIds = new HashSet<>(Set.of("local"));
        Set<String> usernames = new HashSet<>();
        List<Api> apis = section.sections("apis", api -> Api.read(api, audiences));
        PortalConfig config = new PortalConfig(
                section.section("server", PortalConfig::readServer),
                section.section("brand", BrandConfig::read),
                section.section("database", DatabaseConfig::read),
                section.section("cluster", ClusterConfig::read),
                section.section("session", SessionConfig::read),
                section.section("tokens", TokenConfig::read),
                section.optionalSecret("master-key"),
                section.sections("identity-providers", provider -> IdentityProvider.read(provider, providerIds)),
                section.sections("local-accounts", account -> LocalAccount.read(account, usernames)),
                section.sections("applications", app -> App.read(app, clientIds)),
                apis,
                section.sections("service-accounts", account -> ServiceAccount.read(account, clientIds, apis)),
                section.section("registration", RegistrationConfig::read),
                readAdministrators(section));
        Set<String> scopes = new AppCatalog(List.of(), apis, List.of()).scopes();
        config.applications()
                .forEach(app -> requireKnownScopes(section, "applications", app.id(), app.scopes(), scopes));
        requireKnownScopes(
                section,
                "registration",
                "scopes",
                Set.copyOf(config.registration().scopes()),
                scopes);
        requireKnownDetails(section, config);
        if (config.tokens().signingKeyRetention().compareTo(config.tokens().longestTokenLifetime()) < 0) {
            section.problem("tokens", "signing-key-retention must not be shorter than what the keys have signed lives");
        }
        scopes.add(Revocations.SCOPE);
        config.serviceAccounts()
                .forEach(account ->
                        requireKnownScopes(section, "service-accounts", account.id(), account.scopes(), scopes));
        requireSigned(section, config);
        requireCertificates(section, config);
        if (config.identityProviders().isEmpty() && config.localAccounts().isEmpty()) {
            section.problem("identity-providers", "nobody could sign in; declare identity-providers or local-accounts");
        }
        if (!config.cluster().members().isEmpty() && config.database().url().isEmpty()) {
            section.problem("database", "members of a cluster share a database; give database.url");
        }
        if (config.masterKey()
                .map(key -> key.reveal().length() < MasterKey.MIN_CHARACTERS)
                .orElse(false)) {
            section.problem("master-key", "must have at least " + MasterKey.MIN_CHARACTERS + " characters");
        }
        if (!config.cluster().members().isEmpty() && config.masterKey().isEmpty()) {
            section.problem("master-key", "members of a cluster share a master key; give master-key");
        }
        return config;
    }

    /** What an app wants signed is signed with what there are keys for. */
    private static void requireSigned(Section section, PortalConfig config) {
        List<JWSAlgorithm> algorithms = config.tokens().jwsAlgorithms();
        for (App app : config.applications()) {
            app.rules().responses().algorithms().forEach((key, algorithm) -> {
                if (!algorithms.contains(algorithm)) {
                    section.problem(
                            "applications",
                            "\"" + app.id() + "\" has the " + key + " " + algorithm
                                    + ", which is not among tokens.signing-algorithms");
                }
            });
        }
    }

    /** A client that shows a certificate needs somewhere to show it. */
    private static void requireCertificates(Section section, PortalConfig config) {
        boolean needed =
                config.applications().stream().anyMatch(app -> app.credentials().needsCertificates())
                        || config.serviceAccounts().stream()
                                .anyMatch(account -> account.credentials().needsCertificates());
        if (needed && !config.server().clientCertificates().isOn()) {
            section.problem(
                    "server", "some client authenticates by certificate; give client-certificates.port or .header");
        }
    }

    private static void requireKnownDetails(Section section, PortalConfig config) {
        Set<String> types = new HashSet<>();
        for (Api api : config.apis()) {
            for (DetailType type : api.detailTypes()) {
                if (!types.add(type.name())) {
                    section.problem("apis", "two APIs declare the authorization details \"" + type.name() + "\"");
                }
            }
        }
        for (App app : config.applications()) {
            for (String type : app.detailTypes()) {
                if (!types.contains(type)) {
                    section.problem(
                            "applications",
                            "\"" + app.id() + "\" names the authorization details \"" + type
                                    + "\", which no API declares");
                }
            }
        }
    }

    private static void requireKnownScopes(
            Section section, String key, String id, Set<String> used, Set<String> known) {
        for (String scope : used) {
            if (!known.contains(scope)) {
                section.problem(key, "\"" + id + "\" names the scope \"" + scope + "\", which no API declares");
            }
        }
    }

    /** A rule that names nobody means everybody elsewhere; here that must be a mistake. */
    private static Optional<AccessRule> readAdministrators(Section section) {
        if (!section.has("administrators")) {
            return Optional.empty();
        }
        AccessRule rule = section.section("administrators", AccessRule::read);
        if (rule.isEverybody()) {
            section.problem("administrators", "must name roles, groups or usernames");
        }
        return Optional.of(rule);
    }

    private static ServerConfig readServer(Section section) {
        ServerConfig server = ServerConfig.read(section);
        try {
            new TrustedProxies(server.trustedProxies());
        } catch (IllegalArgumentException e) {
            section.problem("trusted-proxies", e.getMessage());
        }
        return server;
    }

    private PortalConfig withHazelcastFile(Path file) {
        ClusterConfig withFile = new ClusterConfig(
                cluster.name(),
                cluster.address(),
                cluster.port(),
                cluster.members(),
                Optional.of(file),
                cluster.timeout(),
                cluster.quorum());
        return new PortalConfig(
                server,
                brand,
                database,
                withFile,
                session,
                tokens,
                masterKey,
                identityProviders,
                localAccounts,
                applications,
                apis,
                serviceAccounts,
                registration,
                administrators);
    }
}
