package dev.ssoportal.directory;

import com.nimbusds.jose.JWSAlgorithm;
import dev.ssoportal.config.Section;
import dev.ssoportal.config.SigningAlgorithm;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How what we answer an app is signed and encrypted.
 *
 * @param idToken also of logout tokens
 * @param userInfo absent means plain JSON
 * @param introspection when a client asks for a signed answer
 * @param authorization when an app asks for signed authorization responses (JARM)
 */
public record Responses(
        JWSAlgorithm idToken,
        Optional<JWSAlgorithm> userInfo,
        JWSAlgorithm introspection,
        JWSAlgorithm authorization,
        Optional<Encryption> idTokenEncryption,
        Optional<Encryption> userInfoEncryption,
        Optional<Encryption> introspectionEncryption,
        Optional<Encryption> authorizationEncryption) {

    static Responses read(Section section, Profile profile) {
        SigningAlgorithm usual = profile == Profile.FAPI2 ? SigningAlgorithm.ES256 : SigningAlgorithm.RS256;
        return new Responses(
                section.choice("id-token-algorithm", SigningAlgorithm.class, usual)
                        .jws(),
                section.has("userinfo-algorithm")
                        ? Optional.of(section.choice("userinfo-algorithm", SigningAlgorithm.class, usual)
                                .jws())
                        : Optional.empty(),
                section.choice("introspection-algorithm", SigningAlgorithm.class, usual)
                        .jws(),
                section.choice("response-algorithm", SigningAlgorithm.class, usual)
                        .jws(),
                Encryption.read(section, "id-token-encryption"),
                Encryption.read(section, "userinfo-encryption"),
                Encryption.read(section, "introspection-encryption"),
                Encryption.read(section, "response-encryption"));
    }

    /** Every algorithm in it that we are to sign with, by the key of the configuration that says so. */
    public Map<String, JWSAlgorithm> algorithms() {
        Map<String, JWSAlgorithm> algorithms = new TreeMap<>(Map.of(
                "id-token-algorithm", idToken,
                "introspection-algorithm", introspection,
                "response-algorithm", authorization));
        userInfo.ifPresent(algorithm -> algorithms.put("userinfo-algorithm", algorithm));
        return algorithms;
    }

    public boolean areEncrypted() {
        return Stream.of(idTokenEncryption, userInfoEncryption, introspectionEncryption, authorizationEncryption)
                .anyMatch(Optional::isPresent);
    }
}
