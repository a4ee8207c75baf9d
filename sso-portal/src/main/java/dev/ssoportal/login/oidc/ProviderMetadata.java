package dev.ssoportal.login.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.ssoportal.http.OutboundHttp;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Fetches a provider's discovery document and refuses what pac4j would let pass. */
final class ProviderMetadata {
    /** Asymmetric only: with HS256 the client secret would be a signing key, and "none" proves nothing. */
    static final List<JWSAlgorithm> ALGORITHMS = List.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.ES256,
            JWSAlgorithm.PS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.ES384,
            JWSAlgorithm.PS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.ES512,
            JWSAlgorithm.PS512);

    private ProviderMetadata() {}

    /** @throws IOException when the provider is down, answers nonsense, or is not the one we mean */
    static OIDCProviderMetadata fetch(OutboundHttp http, URI issuer) throws IOException {
        String base = issuer.toString().replaceAll("/$", "");
        String json =
                http.get(URI.create(base + "/.well-known/openid-configuration"), Map.of("Accept", "application/json"));
        try {
            OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(json);
            if (!metadata.getIssuer().getValue().equals(issuer.toString())) {
                throw new IOException("discovery at " + issuer + " names the issuer " + metadata.getIssuer());
            }
            metadata.setIDTokenJWSAlgs(acceptable(metadata.getIDTokenJWSAlgs()));
            return metadata;
        } catch (ParseException e) {
            throw new IOException("discovery at " + issuer + " is not usable: " + e.getMessage(), e);
        }
    }

    private static List<JWSAlgorithm> acceptable(List<JWSAlgorithm> offered) throws IOException {
        // Without a list the default of OpenID Connect Dynamic Client Registration applies.
        List<JWSAlgorithm> algorithms = offered == null ? List.of(JWSAlgorithm.RS256) : offered;
        List<JWSAlgorithm> acceptable =
                algorithms.stream().filter(ALGORITHMS::contains).toList();
        if (acceptable.isEmpty()) {
            throw new IOException("the provider signs ID tokens only with " + algorithms);
        }
        return acceptable;
    }
}
