package dev.ssoportal.oidc.registration;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONArrayUtils;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import com.nimbusds.openid.connect.sdk.SubjectType;
import com.nimbusds.openid.connect.sdk.rp.ApplicationType;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import dev.ssoportal.config.RegistrationConfig;
import dev.ssoportal.directory.AccessRule;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.CertificateName;
import dev.ssoportal.directory.Client;
import dev.ssoportal.directory.ClientRules;
import dev.ssoportal.directory.ClientSecret;
import dev.ssoportal.directory.Credentials;
import dev.ssoportal.directory.Links;
import dev.ssoportal.directory.Profile;
import dev.ssoportal.directory.SenderConstraint;
import dev.ssoportal.token.OAuthError;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.minidev.json.JSONObject;

/** Makes an app of what it registers (<a href="https://www.rfc-editor.org/rfc/rfc7591#section-2">RFC 7591, section 2</a>), or says what is wrong. */
final class ClientMetadataReader {

    private static final Map<String, Client.Authentication> METHODS = Map.of(
            "client_secret_basic", Client.Authentication.CLIENT_SECRET_BASIC,
            "client_secret_post", Client.Authentication.CLIENT_SECRET_POST,
            "private_key_jwt", Client.Authentication.PRIVATE_KEY_JWT,
            "tls_client_auth", Client.Authentication.TLS_CLIENT_AUTH,
            "self_signed_tls_client_auth", Client.Authentication.SELF_SIGNED_TLS_CLIENT_AUTH,
            "none", Client.Authentication.NONE);

    private static final int MAX_NAME = 100;

    private final RegistrationConfig config;
    private final RequestedAlgorithms algorithms;
    private final boolean certificates;

    /**
     * @param signing what we sign with
     * @param certificates whether a client can show a certificate here
     */
    ClientMetadataReader(RegistrationConfig config, List<JWSAlgorithm> signing, boolean certificates) {
        this.config = config;
        this.algorithms = new RequestedAlgorithms(signing);
        this.certificates = certificates;
    }

    /** @throws OAuthError {@code invalid_client_metadata} when it is no JSON object */
    static JSONObject object(String json) {
        try {
            return JSONObjectUtils.parse(json);
        } catch (ParseException e) {
            throw new OAuthError(RegistrationError.INVALID_CLIENT_METADATA, "no JSON object", e);
        }
    }

    /** @throws OAuthError {@code invalid_client_metadata}, {@code invalid_redirect_uri} */
    OIDCClientMetadata parse(String json) {
        try {
            OIDCClientMetadata metadata = OIDCClientMetadata.parse(JSONObjectUtils.parse(json));
            requireShortName(metadata);
            metadata.applyDefaults();
            return metadata;
        } catch (OAuthError e) {
            throw e;
        } catch (ParseException | RuntimeException e) {
            // The parser stumbles over what is JSON and makes no sense.
            boolean redirect = String.valueOf(e.getMessage()).contains("redirect_uri");
            throw new OAuthError(
                    redirect ? RegistrationError.INVALID_REDIRECT_URI : RegistrationError.INVALID_CLIENT_METADATA,
                    "unreadable metadata: " + e.getMessage(),
                    e);
        }
    }

    private static void requireShortName(OIDCClientMetadata metadata) {
        String name = metadata.getName();
        if (name != null
                && (name.length() > MAX_NAME || !name.replaceAll("\\p{C}", "").equals(name))) {
            throw invalid("client_name is too long, or has characters that cannot be seen");
        }
    }

    App app(String id, OIDCClientMetadata metadata, Optional<ClientSecret> secret, Client.Origin origin) {
        Credentials credentials = credentials(metadata, secret);
        Profile profile = profile(metadata, credentials);
        List<String> redirectUris = RequestedUris.redirect(metadata, profile);
        return new App(
                id,
                metadata.getName() == null ? id : metadata.getName(),
                Map.of(),
                "",
                Optional.ofNullable(metadata.getLogoURI()).map(URI::toString).filter(uri -> uri.startsWith("https://")),
                new Links(
                        Optional.ofNullable(metadata.getPolicyURI()).map(uri -> RequestedUris.web(uri, "policy_uri")),
                        Optional.ofNullable(metadata.getTermsOfServiceURI())
                                .map(uri -> RequestedUris.web(uri, "tos_uri"))),
                Optional.empty(),
                redirectUris,
                RequestedUris.postLogoutRedirect(metadata, profile),
                Optional.ofNullable(metadata.getBackChannelLogoutURI())
                        .map(uri -> RequestedUris.web(uri, "backchannel_logout_uri")),
                Optional.ofNullable(metadata.getFrontChannelLogoutURI())
                        .map(uri -> RequestedUris.web(uri, "frontchannel_logout_uri")),
                credentials,
                rules(metadata, profile),
                grants(metadata),
                scopes(metadata),
                Set.of(),
                false,
                metadata.getDefaultMaxAge() > 0
                        ? Optional.of(Duration.ofSeconds(metadata.getDefaultMaxAge()))
                        : Optional.empty(),
                List.of(),
                new AccessRule(List.of(), List.of(), List.of()),
                origin);
    }

    private Credentials credentials(OIDCClientMetadata metadata, Optional<ClientSecret> secret) {
        String method = metadata.getTokenEndpointAuthMethod().getValue();
        Client.Authentication authentication = METHODS.get(method);
        boolean byCertificate = method.endsWith("tls_client_auth");
        if (authentication == null || (byCertificate && !certificates)) {
            throw invalid("token_endpoint_auth_method " + method + " is not supported");
        }
        if (metadata.getJWKSet() != null && metadata.getJWKSetURI() != null) {
            throw invalid("jwks and jwks_uri");
        }
        Credentials credentials = new Credentials(
                authentication,
                secret.stream().toList(),
                Optional.ofNullable(metadata.getJWKSet()).map(ClientMetadataReader::publicKeys),
                Optional.ofNullable(metadata.getJWKSetURI()).map(uri -> RequestedUris.web(uri, "jwks_uri")),
                authentication == Client.Authentication.TLS_CLIENT_AUTH
                        ? Optional.of(certificateName(metadata))
                        : Optional.empty(),
                senderConstraint(metadata));
        boolean needsKeys = authentication == Client.Authentication.PRIVATE_KEY_JWT
                || authentication == Client.Authentication.SELF_SIGNED_TLS_CLIENT_AUTH
                || metadata.getRequestObjectURIs() != null
                || algorithms.responses(metadata).areEncrypted();
        if (needsKeys && credentials.keys().isEmpty() && credentials.jwksUri().isEmpty()) {
            throw invalid("jwks or jwks_uri is needed, to verify with or to encrypt to");
        }
        return credentials;
    }

    private static JWKSet publicKeys(JWKSet keys) {
        if (keys.getKeys().stream().anyMatch(JWK::isPrivate)) {
            throw invalid("jwks contains a private key");
        }
        return keys.toPublicJWKSet();
    }

    private static CertificateName certificateName(OIDCClientMetadata metadata) {
        List<CertificateName> names = new ArrayList<>();
        addName(names, CertificateName.Kind.SUBJECT_DN, metadata.getTLSClientAuthSubjectDN());
        addName(names, CertificateName.Kind.SAN_DNS, metadata.getTLSClientAuthSanDNS());
        addName(names, CertificateName.Kind.SAN_URI, metadata.getTLSClientAuthSanURI());
        addName(names, CertificateName.Kind.SAN_IP, metadata.getTLSClientAuthSanIP());
        addName(names, CertificateName.Kind.SAN_EMAIL, metadata.getTLSClientAuthSanEmail());
        if (names.size() != 1) {
            throw invalid("tls_client_auth needs one tls_client_auth_subject_dn or tls_client_auth_san_…");
        }
        return names.get(0);
    }

    private static void addName(List<CertificateName> names, CertificateName.Kind kind, String value) {
        if (value != null) {
            names.add(new CertificateName(kind, value));
        }
    }

    private SenderConstraint senderConstraint(OIDCClientMetadata metadata) {
        boolean certificate = metadata.getTLSClientCertificateBoundAccessTokens();
        if (certificate && !certificates) {
            throw invalid("tls_client_certificate_bound_access_tokens is not supported");
        }
        if (metadata.getDPoPBoundAccessTokens()) {
            return certificate ? SenderConstraint.EITHER : SenderConstraint.DPOP;
        }
        return certificate ? SenderConstraint.CERTIFICATE : SenderConstraint.NONE;
    }

    private static Profile profile(OIDCClientMetadata metadata, Credentials credentials) {
        boolean isPublic = credentials.authentication() == Client.Authentication.NONE;
        if (metadata.getApplicationType() == ApplicationType.NATIVE) {
            return Profile.NATIVE;
        }
        return isPublic ? Profile.SPA : Profile.STANDARD;
    }

    private ClientRules rules(OIDCClientMetadata metadata, Profile profile) {
        return new ClientRules(
                profile,
                profile != Profile.STANDARD,
                metadata.requiresPushedAuthorizationRequests(),
                Boolean.TRUE.equals(metadata.getCustomField("require_signed_request_object")),
                RequestedUris.request(metadata),
                sector(metadata),
                Optional.ofNullable(metadata.getTokenEndpointAuthJWSAlg()).map(RequestedAlgorithms::verifiable),
                Optional.ofNullable(metadata.getRequestObjectJWSAlg()).map(RequestedAlgorithms::verifiable),
                algorithms.responses(metadata));
    }

    /** The sector of pairwise subjects; that of a sector identifier URI has been proven by who fetches it. */
    static Optional<String> sector(OIDCClientMetadata metadata) {
        if (metadata.getSubjectType() != SubjectType.PAIRWISE) {
            return Optional.empty();
        }
        if (metadata.getSectorIDURI() != null) {
            return Optional.of(metadata.getSectorIDURI().getHost());
        }
        Set<URI> redirectUris = metadata.getRedirectionURIs();
        List<String> hosts = redirectUris.stream()
                .map(uri -> String.valueOf(uri.getHost()))
                .distinct()
                .toList();
        // A device's own address, or a scheme of an app, is everybody's; and a device gets tokens without a redirect.
        boolean byDevice = metadata.getGrantTypes().contains(GrantType.DEVICE_CODE);
        if (hosts.size() != 1 || byDevice || !redirectUris.stream().allMatch(uri -> "https".equals(uri.getScheme()))) {
            throw invalid("pairwise subjects need redirect_uris of one host, by https, or a sector_identifier_uri");
        }
        return Optional.of(hosts.get(0));
    }

    private static Set<App.Grant> grants(OIDCClientMetadata metadata) {
        Set<App.Grant> grants = new LinkedHashSet<>();
        for (GrantType grant : metadata.getGrantTypes()) {
            try {
                grants.add(App.Grant.of(grant.getValue()));
            } catch (IllegalArgumentException e) {
                throw invalid("grant_type " + grant + " is not supported");
            }
        }
        if (metadata.getResponseTypes().stream().anyMatch(type -> !type.equals(ResponseType.CODE))) {
            throw invalid("response_types has to be code");
        }
        return Set.copyOf(grants);
    }

    /** What it asks for, as far as it may; if it does not say, all that it may. */
    private Set<String> scopes(OIDCClientMetadata metadata) {
        Set<String> scopes = new LinkedHashSet<>(config.scopes());
        if (metadata.getScope() != null) {
            scopes.retainAll(metadata.getScope().toStringList());
        }
        return Set.copyOf(scopes);
    }

    /** Whether a sector identifier document names all redirect URIs (OpenID Connect Core, 8.1). */
    static boolean namesAll(String document, List<String> redirectUris) {
        try {
            List<Object> named = JSONArrayUtils.parse(document);
            return named != null && named.containsAll(redirectUris);
        } catch (java.text.ParseException e) {
            return false;
        }
    }

    static OAuthError invalid(String description) {
        return new OAuthError(
                RegistrationError.INVALID_CLIENT_METADATA.setDescription(
                        description.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "?")),
                description);
    }
}
