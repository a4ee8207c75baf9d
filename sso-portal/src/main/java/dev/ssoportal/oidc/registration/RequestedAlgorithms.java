package dev.ssoportal.oidc.registration;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import dev.ssoportal.directory.ClientRules;
import dev.ssoportal.directory.Encryption;
import dev.ssoportal.directory.Responses;
import java.util.List;
import java.util.Optional;

/** The algorithms that a client's metadata ask for, as far as they are offered. */
final class RequestedAlgorithms {
    private final List<JWSAlgorithm> signing;

    /** @param signing what we sign with */
    RequestedAlgorithms(List<JWSAlgorithm> signing) {
        this.signing = signing;
    }

    /** How what we answer the client is signed and encrypted. */
    Responses responses(OIDCClientMetadata metadata) {
        JWSAlgorithm idToken = signing(metadata.getIDTokenJWSAlg(), JWSAlgorithm.RS256);
        return new Responses(
                idToken,
                Optional.ofNullable(metadata.getUserInfoJWSAlg()).map(alg -> signing(alg, idToken)),
                signing(algorithm(metadata, "introspection_signed_response_alg"), JWSAlgorithm.RS256),
                signing(metadata.getAuthorizationJWSAlg(), JWSAlgorithm.RS256),
                encryption(metadata.getIDTokenJWEAlg(), metadata.getIDTokenJWEEnc()),
                encryption(metadata.getUserInfoJWEAlg(), metadata.getUserInfoJWEEnc()),
                encryption(
                        algorithm(metadata, "introspection_encrypted_response_alg"),
                        algorithm(metadata, "introspection_encrypted_response_enc")),
                encryption(metadata.getAuthorizationJWEAlg(), metadata.getAuthorizationJWEEnc()));
    }

    private static Algorithm algorithm(OIDCClientMetadata metadata, String field) {
        return metadata.getCustomField(field) instanceof String name ? Algorithm.parse(name) : null;
    }

    static JWSAlgorithm verifiable(JWSAlgorithm asked) {
        if (!ClientRules.VERIFIABLE.contains(asked)) {
            throw ClientMetadataReader.invalid("signatures by " + asked + " are not supported");
        }
        return asked;
    }

    private JWSAlgorithm signing(Algorithm asked, JWSAlgorithm otherwise) {
        if (asked == null) {
            return otherwise;
        }
        return signing.stream()
                .filter(known -> known.getName().equals(asked.getName()))
                .findFirst()
                .orElseThrow(() -> ClientMetadataReader.invalid("signatures by " + asked + " are not supported"));
    }

    private static Optional<Encryption> encryption(Algorithm asked, Algorithm encoding) {
        if (asked == null) {
            return Optional.empty();
        }
        String enc = encoding == null ? "A128CBC-HS256" : encoding.getName();
        Optional<Encryption> found = Encryption.of(asked.getName(), enc);
        if (found.isEmpty()) {
            throw ClientMetadataReader.invalid("encryption by " + asked + " and " + enc + " is not supported");
        }
        return found;
    }
}
