package dev.ssoportal;

import dev.ssoportal.config.RegistrationConfig;
import dev.ssoportal.config.ServerConfig;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.PasswordHash;
import dev.ssoportal.directory.AccessRule;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.ClientReview;
import dev.ssoportal.http.TemplateFiles;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.login.LocalAccount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a configuration without mistakes comes to: what each client may do, and what works but could be stronger. */
final class ConfigReview {
    private static final Duration LONG_ACCESS_TOKEN = Duration.ofHours(1);
    private static final Duration LONG_CODE = Duration.ofMinutes(10);
    private static final Duration LONG_GRACE = Duration.ofMinutes(1);
    private static final String EXAMPLE_SALT = "$+/Dk2mBAd4V0ElyMv5XvAQ$";

    private final PortalConfig config;
    private final Instant now;
    private final List<String> weaknesses = new ArrayList<>();

    ConfigReview(PortalConfig config, Instant now) {
        this.config = config;
        this.now = now;
        server(config.server());
        tokens(config.tokens());
        people();
        config.identityProviders().forEach(this::provider);
        clients().forEach(review -> review.weaknesses().forEach(weakness -> add(review.title(), weakness)));
        config.applications().forEach(this::app);
        config.administrators().ifPresent(rule -> roles("administrators", rule));
    }

    private Stream<ClientReview> clients() {
        return Stream.concat(config.applications().stream(), config.serviceAccounts().stream())
                .map(client -> new ClientReview(client, now));
    }

    private void add(String where, String weakness) {
        weaknesses.add(where + ": " + weakness);
    }

    /** Each with what it is about. */
    List<String> weaknesses() {
        return List.copyOf(weaknesses);
    }

    /** What each client may do, for reading. */
    String explanation() {
        StringBuilder text = new StringBuilder();
        clients().forEach(review -> {
            text.append(review.title()).append('\n');
            review.permits().forEach(line -> text.append("  ").append(line).append('\n'));
        });
        return text.toString();
    }

    private void server(ServerConfig server) {
        if (server.https() && server.tls().isEmpty() && server.trustedProxies().isEmpty()) {
            add(
                    "server.trusted-proxies",
                    "is empty, and somebody terminates TLS: all people will have that proxy's address, and one"
                            + " throttle");
        }
        if (server.trustedProxies().stream().anyMatch(range -> range.endsWith("/0"))) {
            add("server.trusted-proxies", "believes everybody: anyone can claim any address");
        }
        if (server.https() && config.database().url().isEmpty()) {
            add("database.url", "is not given: an H2 file in " + server.data() + ", for one member only");
        }
        if (config.registration().mode() == RegistrationConfig.Mode.OPEN) {
            add("registration.mode", "is open: anybody may register an app, which people then see on the consent page");
        }
        if (config.registration().clientIdDocuments()
                && config.registration().clientIdHosts().isEmpty()) {
            add(
                    "registration.client-id-documents",
                    "lets anybody bring an app; client-id-hosts says where they may lie");
        }
        if (config.registration().privateAddresses()) {
            add("registration.private-addresses", "lets registered apps make the portal call private networks");
        }
    }

    private void tokens(TokenConfig tokens) {
        longer(
                "tokens.access-token-lifetime",
                tokens.accessTokenLifetime(),
                LONG_ACCESS_TOKEN,
                "who verifies offline trusts them until then");
        longer("tokens.code-lifetime", tokens.codeLifetime(), LONG_CODE, "RFC 6749, 4.1.2, recommends no more");
        longer(
                "tokens.refresh-retry-grace",
                tokens.refreshRetryGrace(),
                LONG_GRACE,
                "a stolen token goes unnoticed until then");
    }

    private void longer(String key, Duration is, Duration limit, String why) {
        if (is.compareTo(limit) > 0) {
            add(key, "is longer than " + limit.toMinutes() + " minutes; " + why);
        }
    }

    private void people() {
        for (LocalAccount account : config.localAccounts()) {
            if (account.passwordHash().contains(EXAMPLE_SALT)) {
                add(
                        "local account " + account.username(),
                        "its password is that of the example, which everybody knows");
            }
            if (PasswordHash.isWeak(account.passwordHash())) {
                add(
                        "local account " + account.username(),
                        "its password hash is cheap to guess; \"hash-password\" makes a better one");
            }
        }
    }

    private void provider(IdentityProvider provider) {
        String where = "identity provider " + provider.id();
        if (provider.linkByVerifiedEmail() && provider.trustEmail()) {
            add(where, "may take over any account by naming its address: link-by-verified-email with trust-email");
        }
        if (provider.protocol() instanceof IdentityProvider.Saml saml
                && !saml.metadata().contains("://")
                && !Files.isReadable(Path.of(saml.metadata()))) {
            add(where, "its metadata " + saml.metadata() + " cannot be read");
        }
    }

    private void app(App app) {
        String where = "application " + app.id();
        Optional<String> asset = app.iconUrl().filter(url -> url.startsWith("/"));
        if (asset.isPresent()
                && !new TemplateFiles(config.server().templates())
                        .exists(asset.get().substring(1))) {
            add(where, "its icon " + app.icon().get() + " is not among the assets");
        }
        Set<String> contexts = new HashSet<>(List.of(LocalAccount.ACR));
        config.identityProviders().forEach(provider -> contexts.addAll(provider.acrValues()));
        if (!app.acrValues().isEmpty() && app.acrValues().stream().noneMatch(contexts::contains)) {
            add(where, "nobody can open it: no provider gives one of " + app.acrValues());
        }
        roles(where, app.access());
    }

    private void roles(String where, AccessRule rule) {
        Set<String> given = rolesGiven();
        rule.roles().stream()
                .filter(role -> !given.contains(role))
                .forEach(role -> add(where, "nobody is ever given the role " + role));
    }

    private Set<String> rolesGiven() {
        Set<String> given = new HashSet<>();
        config.localAccounts().forEach(account -> given.addAll(account.roles()));
        config.identityProviders()
                .forEach(provider -> provider.roleMappings().forEach(mapping -> given.addAll(mapping.roles())));
        return given;
    }
}
