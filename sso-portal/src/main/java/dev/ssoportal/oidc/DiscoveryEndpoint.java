package dev.ssoportal.oidc;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import dev.ssoportal.config.ClientCertificateConfig;
import dev.ssoportal.config.RegistrationConfig;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.ClientRules;
import dev.ssoportal.directory.DetailType;
import dev.ssoportal.directory.Encryption;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.ClaimRules;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code /.well-known/openid-configuration} (OpenID Connect Discovery, section 4) and {@code /.well-known/oauth-authorization-server} (RFC
 * 8414): one document, but for what only readers of the second know; made once.
 */
public final class DiscoveryEndpoint implements Endpoint {
    /** A member of our own, which readers of OpenID's document need not know. */
    private static final String FEED = "revocation_feed_endpoint";

    private static final List<String> CERTIFICATE_ENDPOINTS = List.of(
            "token_endpoint",
            "pushed_authorization_request_endpoint",
            "device_authorization_endpoint",
            "introspection_endpoint",
            "revocation_endpoint",
            FEED,
            "userinfo_endpoint");

    private final byte[] openId;
    private final byte[] oauth;

    public DiscoveryEndpoint(
            String issuer,
            AppCatalog catalog,
            Set<String> acrValues,
            ClientCertificateConfig certificates,
            RegistrationConfig registration,
            List<JWSAlgorithm> signingAlgorithms) {
        List<String> confidential =
                new ArrayList<>(List.of("client_secret_basic", "client_secret_post", "private_key_jwt"));
        if (certificates.isOn()) {
            confidential.addAll(List.of("tls_client_auth", "self_signed_tls_client_auth"));
        }
        List<String> authentication = new ArrayList<>(confidential);
        authentication.add("none");
        List<String> algorithms = names(ClientRules.VERIFIABLE);
        List<String> signing = names(signingAlgorithms);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("issuer", issuer);
        metadata.put("authorization_endpoint", issuer + "/oauth2/authorize");
        metadata.put("pushed_authorization_request_endpoint", issuer + "/oauth2/par");
        metadata.put("device_authorization_endpoint", issuer + "/oauth2/device_authorization");
        metadata.put("token_endpoint", issuer + "/oauth2/token");
        if (registration.isOn()) {
            metadata.put("registration_endpoint", issuer + "/oauth2/register");
        }
        metadata.put("jwks_uri", issuer + "/oauth2/jwks");
        metadata.put("userinfo_endpoint", issuer + "/oauth2/userinfo");
        metadata.put("introspection_endpoint", issuer + "/oauth2/introspect");
        metadata.put("revocation_endpoint", issuer + "/oauth2/revoke");
        metadata.put("end_session_endpoint", issuer + "/oauth2/logout");
        metadata.put("scopes_supported", List.copyOf(catalog.scopes()));
        if (!catalog.detailTypes().isEmpty()) {
            metadata.put(
                    "authorization_details_types_supported",
                    catalog.detailTypes().stream().map(DetailType::name).toList());
        }
        metadata.put("response_types_supported", List.of("code"));
        metadata.put("response_modes_supported", AuthorizationResponses.MODES);
        metadata.put(
                "grant_types_supported",
                List.of("authorization_code", "refresh_token", "client_credentials", App.Grant.DEVICE_CODE.value()));
        metadata.put("subject_types_supported", List.of("public", "pairwise"));
        metadata.put("id_token_signing_alg_values_supported", signing);
        metadata.put("authorization_signing_alg_values_supported", signing);
        metadata.put("userinfo_signing_alg_values_supported", signing);
        metadata.put("introspection_signing_alg_values_supported", signing);
        for (String what : List.of("id_token", "userinfo", "introspection", "authorization")) {
            metadata.put(what + "_encryption_alg_values_supported", names(Encryption.ALGORITHMS));
            metadata.put(what + "_encryption_enc_values_supported", names(Encryption.ENCODINGS));
        }
        metadata.put("request_object_signing_alg_values_supported", algorithms);
        metadata.put("token_endpoint_auth_methods_supported", authentication);
        metadata.put("token_endpoint_auth_signing_alg_values_supported", algorithms);
        metadata.put("introspection_endpoint_auth_methods_supported", confidential);
        metadata.put("introspection_endpoint_auth_signing_alg_values_supported", algorithms);
        metadata.put("revocation_endpoint_auth_methods_supported", authentication);
        metadata.put("revocation_endpoint_auth_signing_alg_values_supported", algorithms);
        metadata.put("dpop_signing_alg_values_supported", names(DpopProofs.ALGORITHMS));
        metadata.put("code_challenge_methods_supported", List.of("S256"));
        metadata.put("prompt_values_supported", List.of("none", "login", "consent", "select_account"));
        metadata.put("acr_values_supported", List.copyOf(acrValues));
        metadata.put("claims_supported", ClaimRules.all());
        metadata.put("ui_locales_supported", List.of("en", "de"));
        metadata.put("claims_parameter_supported", true);
        metadata.put("request_parameter_supported", true);
        metadata.put("request_uri_parameter_supported", true);
        metadata.put("require_request_uri_registration", true);
        metadata.put("authorization_response_iss_parameter_supported", true);
        metadata.put("backchannel_logout_supported", true);
        metadata.put("backchannel_logout_session_supported", true);
        metadata.put("frontchannel_logout_supported", true);
        metadata.put("frontchannel_logout_session_supported", true);
        metadata.put("client_id_metadata_document_supported", registration.clientIdDocuments());
        metadata.put("tls_client_certificate_bound_access_tokens", certificates.isOn());
        this.openId = document(metadata, issuer, certificates);
        Map<String, Object> more = new LinkedHashMap<>(metadata);
        more.put(FEED, issuer + "/oauth2/revocations");
        this.oauth = document(more, issuer, certificates);
    }

    private static byte[] document(Map<String, Object> metadata, String issuer, ClientCertificateConfig certificates) {
        Map<String, Object> document = new LinkedHashMap<>(metadata);
        certificates.baseUrl().ifPresent(url -> document.put("mtls_endpoint_aliases", aliases(metadata, issuer, url)));
        return Json.write(document);
    }

    private static List<String> names(Collection<? extends Algorithm> algorithms) {
        return algorithms.stream().map(Algorithm::getName).sorted().toList();
    }

    /** The endpoints of clients, where they may show a certificate (RFC 8705, section 5). */
    private static Map<String, Object> aliases(Map<String, Object> metadata, String issuer, URI url) {
        Map<String, Object> aliases = new LinkedHashMap<>();
        CERTIFICATE_ENDPOINTS.stream()
                .filter(metadata::containsKey)
                .forEach(name ->
                        aliases.put(name, url + metadata.get(name).toString().substring(issuer.length())));
        return aliases;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        return answer(openId);
    }

    /** {@code /.well-known/oauth-authorization-server} (RFC 8414, section 3). */
    public Reply oauth(WebExchange exchange) {
        return answer(oauth);
    }

    private static Reply answer(byte[] document) {
        return Reply.bytes(200, "application/json", document)
                .header("Cache-Control", "public, max-age=300")
                .header("Access-Control-Allow-Origin", "*");
    }
}
