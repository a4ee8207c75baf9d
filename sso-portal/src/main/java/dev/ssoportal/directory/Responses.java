package dev.ssoportal.directory;

import com.nimbusds.jose.JWSAlgorithm;
import dev.ssoportal.config.Section;
import java.util.Optional;
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

    /** What we sign with, as the configuration writes it. */
    private enum Algorithm {
        RS256,
        PS256,
        ES256,
        EDDSA;

        JWSAlgorithm jws() {
            return this == EDDSA ? JWSAlgorithm.EdDSA : JWSAlgorithm.parse(name());
        }
    }

    static Responses read(Section section, Profile profile) {
        Algorithm usual = profile == Profile.FAPI2 ? Algorithm.ES256 : Algorithm.RS256;
        return new Responses(
                section.choice("id-token-algorithm", Algorithm.class, usual).jws(),
                section.has("userinfo-algorithm")
                        ? Optional.of(section.choice("userinfo-algorithm", Algorithm.class, usual)
                                .jws())
                        : Optional.empty(),
                section.choice("introspection-algorithm", Algorithm.class, usual)
                        .jws(),
                section.choice("response-algorithm", Algorithm.class, usual).jws(),
                Encryption.read(section, "id-token-encryption"),
                Encryption.read(section, "userinfo-encryption"),
                Encryption.read(section, "introspection-encryption"),
                Encryption.read(section, "response-encryption"));
    }

    /** Every algorithm in it. */
    Stream<JWSAlgorithm> algorithms() {
        return Stream.concat(Stream.of(idToken, introspection, authorization), userInfo.stream());
    }

    boolean areEncrypted() {
        return Stream.of(idTokenEncryption, userInfoEncryption, introspectionEncryption, authorizationEncryption)
                .anyMatch(Optional::isPresent);
    }
}
