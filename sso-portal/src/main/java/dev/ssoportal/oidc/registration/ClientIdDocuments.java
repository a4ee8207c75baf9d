package dev.ssoportal.oidc.registration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import dev.ssoportal.config.RegistrationConfig;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.Client;
import dev.ssoportal.oidc.ClientDocuments;
import dev.ssoportal.token.OAuthError;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import net.minidev.json.JSONObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Apps that have not registered at all: their {@code client_id} is the URL of a document with their metadata (<a
 * href="https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document-02">OAuth Client ID Metadata Document</a>). Whoever
 * controls the URL is the app, so that people are shown its host beside the name it gives itself. What such an app says may change, or not be
 * there, when it is needed: it is not told of logouts, and pages name it by its URL ({@link dev.ssoportal.directory.AppCatalog#knownApp}).
 */
public final class ClientIdDocuments implements Function<String, Optional<App>> {
    private static final Logger LOG = LoggerFactory.getLogger(ClientIdDocuments.class);

    /** As recommended in 8.7. */
    private static final int MAX_BYTES = 5 * 1024;

    /** With a person's name beside it, an id has to fit into a revocation mark. */
    private static final int MAX_ID_CHARACTERS = 190;

    private static final int REMEMBERED = 1000;
    private static final Duration BELIEVED = Duration.ofMinutes(5);

    /** A failure is not believed for long, but a server that fails is not asked at every request either. */
    private static final Duration LEFT_ALONE = Duration.ofSeconds(5);

    /** What only two can know is not for a document that all can read. */
    private static final Set<String> AUTHENTICATION = Set.of("none", "private_key_jwt");

    /** Nor may a stranger have us fetch more than his document and his keys. */
    private static final List<String> FORBIDDEN = List.of(
            "client_secret", "client_secret_expires_at", "sector_identifier_uri", "software_statement", "request_uris");

    /** What may change at any time must not decide what people are called: marks and subjects have to stay the same. */
    private static final String SUBJECT_TYPE = "subject_type";

    private final RegistrationConfig config;
    private final ClientMetadataReader reader;
    private final ClientDocuments documents;
    private final Cache<String, Optional<App>> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfter(Expiry.<String, Optional<App>>creating((id, app) -> app.isPresent() ? BELIEVED : LEFT_ALONE))
            .build();

    /**
     * @param signing what we sign with
     * @param documents which keeps us out of our own network
     */
    public ClientIdDocuments(RegistrationConfig config, List<JWSAlgorithm> signing, ClientDocuments documents) {
        this.config = config;
        this.reader = new ClientMetadataReader(config, signing, false);
        this.documents = documents;
    }

    @Override
    public Optional<App> apply(String id) {
        if (!config.clientIdDocuments() || !isClientIdUrl(id)) {
            return Optional.empty();
        }
        Optional<App> found = known.getIfPresent(id);
        if (found == null) {
            // Not within the cache: others shall not wait for a slow server.
            found = fetch(id);
            known.put(id, found);
        }
        return found;
    }

    /**
     * Whether it is https, with a path, and nothing that could be read in two ways (section 3).
     *
     * @see RegistrationConfig#clientIdHosts
     */
    private boolean isClientIdUrl(String id) {
        if (id.length() > MAX_ID_CHARACTERS || !id.startsWith("https://")) {
            return false;
        }
        try {
            URI uri = new URI(id);
            return uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && uri.getRawQuery() == null
                    && uri.getRawPath().startsWith("/")
                    && Stream.of(uri.getRawPath().split("/")).noneMatch(Set.of(".", "..")::contains)
                    && (config.clientIdHosts().isEmpty()
                            || config.clientIdHosts().contains(uri.getRawAuthority()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private Optional<App> fetch(String id) {
        try {
            return Optional.of(read(id, documents.getJson(URI.create(id), MAX_BYTES)));
        } catch (IOException | OAuthError e) {
            LOG.info("the document of the client {} cannot be used: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    private App read(String id, String document) {
        JSONObject json = ClientMetadataReader.object(document);
        if (!id.equals(json.get("client_id"))) {
            throw ClientMetadataReader.invalid("client_id is not the URL of the document");
        }
        for (String name : FORBIDDEN) {
            if (json.containsKey(name)) {
                throw ClientMetadataReader.invalid(name + " must not stand in a document");
            }
        }
        if (!"public".equals(json.getOrDefault(SUBJECT_TYPE, "public"))) {
            throw ClientMetadataReader.invalid("subject_type has to be public in a document");
        }
        json.putIfAbsent("token_endpoint_auth_method", "none");
        OIDCClientMetadata metadata = reader.parse(json.toJSONString());
        if (!AUTHENTICATION.contains(metadata.getTokenEndpointAuthMethod().getValue())) {
            throw ClientMetadataReader.invalid("token_endpoint_auth_method has to be none or private_key_jwt");
        }
        String host = URI.create(id).getRawAuthority();
        metadata.setName(metadata.getName() == null ? host : metadata.getName() + " (" + host + ")");
        return reader.app(id, metadata, Optional.empty(), Client.Origin.DOCUMENT);
    }
}
