package dev.ssoportal.oidc.registration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import dev.ssoportal.config.RegistrationConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.Client;
import dev.ssoportal.directory.ClientSecret;
import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.token.OAuthError;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The apps that have registered themselves. What a member has looked up it believes for a few seconds. */
public final class RegisteredClients implements Function<String, Optional<App>> {
    private static final Duration BELIEVED = Duration.ofSeconds(5);
    private static final int REMEMBERED = 10_000;
    private static final int ID_CHARACTERS = 22;

    private final RegisteredClientStore store;
    private final RegistrationConfig config;
    private final ClientMetadataReader reader;
    private final OutboundHttp http;
    private final RandomIds ids;
    private final Clock clock;
    private final Cache<String, Optional<App>> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(BELIEVED)
            .ticker(Ticker.systemTicker())
            .build();

    /** @param certificates whether a client can show a certificate here */
    public RegisteredClients(
            RegisteredClientStore store,
            RegistrationConfig config,
            boolean certificates,
            OutboundHttp http,
            RandomIds ids,
            Clock clock) {
        this.store = store;
        this.config = config;
        this.reader = new ClientMetadataReader(config, certificates);
        this.http = http;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * A client that has just been registered or changed, with the secrets that only its owner gets.
     *
     * @param secret empty when it has none, or keeps the one it has
     */
    record Issued(RegisteredClientStore.Row row, Optional<String> secret, String token) {}

    @Override
    public Optional<App> apply(String id) {
        if (!config.isOn() || id.length() != ID_CHARACTERS) {
            return Optional.empty();
        }
        return known.get(id, key -> store.find(key).map(this::app));
    }

    private App app(RegisteredClientStore.Row row) {
        return reader.app(row.id(), reader.parse(row.metadata()), secret(row));
    }

    private static Optional<ClientSecret> secret(RegisteredClientStore.Row row) {
        return row.secretHash().isEmpty()
                ? Optional.empty()
                : Optional.of(new ClientSecret(row.secretHash(), Optional.of(row.createdAt()), row.secretExpiresAt()));
    }

    /** @throws OAuthError when the metadata are no good, or there are too many clients */
    Issued register(String json) {
        OIDCClientMetadata metadata = reader.parse(json);
        Instant now = clock.instant();
        String id = ids.id();
        String token = ids.secret();
        App app = checked(id, metadata);
        Optional<String> secret = needsSecret(app) ? Optional.of(ids.secret()) : Optional.empty();
        RegisteredClientStore.Row row = new RegisteredClientStore.Row(
                id,
                metadata.toJSONObject().toJSONString(),
                secret.map(SecretHash::of).orElse(""),
                secret.flatMap(text -> config.secretLifetime()).map(now::plus),
                SecretHash.of(token),
                now,
                now);
        if (!store.insert(row, config.maxClients())) {
            throw new OAuthError(
                    RegistrationError.INVALID_CLIENT_METADATA.setDescription("There are too many clients already"),
                    "more than registration.max-clients");
        }
        known.invalidate(id);
        return new Issued(row, secret, token);
    }

    private App checked(String id, OIDCClientMetadata metadata) {
        App app = reader.app(id, metadata, Optional.empty());
        if (metadata.getSectorIDURI() != null) {
            requireSector(metadata, app);
        }
        return app;
    }

    /** A sector identifier URI names the redirect URIs that may share it (OpenID Connect Core, 8.1). */
    private void requireSector(OIDCClientMetadata metadata, App app) {
        if (!"https".equals(metadata.getSectorIDURI().getScheme()) && !App.isWebUri(metadata.getSectorIDURI())) {
            throw ClientMetadataReader.invalid("sector_identifier_uri has to be https");
        }
        try {
            String document = http.get(metadata.getSectorIDURI(), Map.of("Accept", "application/json"));
            if (!ClientMetadataReader.namesAll(document, app.redirectUris())) {
                throw ClientMetadataReader.invalid("sector_identifier_uri does not name all redirect_uris");
            }
        } catch (IOException e) {
            throw new OAuthError(
                    RegistrationError.INVALID_CLIENT_METADATA.setDescription("sector_identifier_uri cannot be read"),
                    e.toString(),
                    e);
        }
    }

    private static boolean needsSecret(App app) {
        Client.Authentication authentication = app.credentials().authentication();
        return authentication == Client.Authentication.CLIENT_SECRET_BASIC
                || authentication == Client.Authentication.CLIENT_SECRET_POST;
    }

    /** The client whose registration access token this is. */
    Optional<RegisteredClientStore.Row> owned(String id, String token) {
        return store.find(id).filter(row -> SecretHash.matches(token, row.tokenHash()));
    }

    /**
     * Puts new metadata in the place of the old (<a href="https://www.rfc-editor.org/rfc/rfc7592#section-2.2">RFC 7592, 2.2</a>). A secret
     * stays; a client that needs one and has none gets one.
     */
    Issued update(RegisteredClientStore.Row row, String json, String token) {
        OIDCClientMetadata metadata = reader.parse(json);
        App app = checked(row.id(), metadata);
        Instant now = clock.instant();
        Optional<String> fresh =
                needsSecret(app) && row.secretHash().isEmpty() ? Optional.of(ids.secret()) : Optional.empty();
        RegisteredClientStore.Row updated = new RegisteredClientStore.Row(
                row.id(),
                metadata.toJSONObject().toJSONString(),
                needsSecret(app) ? fresh.map(SecretHash::of).orElse(row.secretHash()) : "",
                fresh.isPresent() ? config.secretLifetime().map(now::plus) : row.secretExpiresAt(),
                row.tokenHash(),
                row.createdAt(),
                now);
        store.update(updated);
        known.invalidate(row.id());
        return new Issued(updated, fresh, token);
    }

    void delete(String id) {
        store.delete(id);
        known.invalidate(id);
    }
}
