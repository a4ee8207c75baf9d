package dev.ssoportal.oidc.registration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import dev.ssoportal.config.RegistrationConfig;
import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.Client;
import dev.ssoportal.directory.ClientSecret;
import dev.ssoportal.oidc.ClientDocuments;
import dev.ssoportal.token.OAuthError;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The apps that have registered themselves. What a member has looked up it believes for a few seconds. */
public final class RegisteredClients implements Function<String, Optional<App>> {
    private static final Duration BELIEVED = Duration.ofSeconds(5);
    private static final int REMEMBERED = 10_000;
    private static final int SEAL_CHARACTERS = 8;
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredClients.class);

    private final RegisteredClientStore store;
    private final RegistrationConfig config;
    private final ClientMetadataReader reader;
    private final SoftwareStatements statements;
    private final ClientDocuments documents;
    private final MasterKey masterKey;
    private final RandomIds ids;
    private final Clock clock;
    private final Cache<String, Optional<App>> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(BELIEVED)
            .ticker(Ticker.systemTicker())
            .build();

    /**
     * @param signing what we sign with
     * @param certificates whether a client can show a certificate here
     */
    public RegisteredClients(
            RegisteredClientStore store,
            RegistrationConfig config,
            List<JWSAlgorithm> signing,
            boolean certificates,
            ClientDocuments documents,
            MasterKey masterKey,
            RandomIds ids,
            Clock clock) {
        this.store = store;
        this.config = config;
        this.reader = new ClientMetadataReader(config, signing, certificates);
        this.statements = new SoftwareStatements(config, clock);
        this.documents = documents;
        this.masterKey = masterKey;
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
        if (!config.isOn() || !isOurs(id)) {
            return Optional.empty();
        }
        return known.get(id, key -> store.find(key).flatMap(this::usable));
    }

    /** Ids have a seal, so that inventing some costs no SQL. */
    private String newId() {
        String random = ids.id();
        return random + seal(random);
    }

    private boolean isOurs(String id) {
        int end = id.length() - SEAL_CHARACTERS;
        return end > 0 && SecretHash.same(seal(id.substring(0, end)), id.substring(end));
    }

    private String seal(String random) {
        return masterKey.seal("client-id", random).substring(0, SEAL_CHARACTERS);
    }

    /** What was good once and is not any more, by other settings or a stricter version, is no client. */
    private Optional<App> usable(RegisteredClientStore.Row row) {
        try {
            return Optional.of(app(row));
        } catch (OAuthError e) {
            LOG.warn("the registered client {} cannot be used: {}", row.id(), e.getMessage());
            return Optional.empty();
        }
    }

    private App app(RegisteredClientStore.Row row) {
        return reader.app(row.id(), reader.parse(row.metadata()), secret(row), Client.Origin.REGISTERED);
    }

    private static Optional<ClientSecret> secret(RegisteredClientStore.Row row) {
        return row.secretHash().isEmpty()
                ? Optional.empty()
                : Optional.of(new ClientSecret(row.secretHash(), Optional.of(row.createdAt()), row.secretExpiresAt()));
    }

    /** @throws OAuthError when the metadata are no good, or there are too many clients */
    Issued register(String json) {
        if (store.count() >= config.maxClients()) {
            throw tooMany();
        }
        OIDCClientMetadata metadata = reader.parse(statements.approved(json));
        Instant now = clock.instant();
        String id = newId();
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
            throw tooMany();
        }
        known.invalidate(id);
        return new Issued(row, secret, token);
    }

    private static OAuthError tooMany() {
        return new OAuthError(
                RegistrationError.INVALID_CLIENT_METADATA.setDescription("There are too many clients already"),
                "more than registration.max-clients");
    }

    private App checked(String id, OIDCClientMetadata metadata) {
        App app = reader.app(id, metadata, Optional.empty(), Client.Origin.REGISTERED);
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
            String document = documents.get(metadata.getSectorIDURI(), false, "application/json");
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
        OIDCClientMetadata metadata = reader.parse(statements.approved(json));
        App app = checked(row.id(), metadata);
        // Of the old ones, no more is read: they may ask for what is not offered any more.
        if (!app.rules().sector().equals(ClientMetadataReader.sector(reader.parse(row.metadata())))) {
            // Other names for the same people would slip past what they have taken back.
            throw ClientMetadataReader.invalid("subject_type and sector cannot be changed");
        }
        Instant now = clock.instant();
        boolean hasSecret = secret(row).filter(secret -> secret.isValid(now)).isPresent();
        Optional<String> fresh = needsSecret(app) && !hasSecret ? Optional.of(ids.secret()) : Optional.empty();
        RegisteredClientStore.Row updated = new RegisteredClientStore.Row(
                row.id(),
                metadata.toJSONObject().toJSONString(),
                needsSecret(app) ? fresh.map(SecretHash::of).orElse(row.secretHash()) : "",
                fresh.isPresent() ? config.secretLifetime().map(now::plus) : row.secretExpiresAt(),
                row.tokenHash(),
                row.createdAt(),
                now);
        if (!store.update(row, updated)) {
            throw new OAuthError(BearerTokenError.INVALID_TOKEN, "changed or deleted by another request meanwhile");
        }
        known.invalidate(row.id());
        return new Issued(updated, fresh, token);
    }

    /** Those that nobody has ever consented to, and that are that old: whoever registered them has gone elsewhere. */
    public void deleteUnused() {
        if (config.isOn()) {
            store.deleteUnused(clock.instant().minus(config.unusedLifetime()));
        }
    }

    void delete(String id) {
        store.delete(id);
        known.invalidate(id);
    }
}
