package dev.ssoportal.config;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.Optional;

/** The public keys of others, as the configuration gives them: a JWK set (RFC 7517, section 5). */
public final class PublicKeys {
    private static final int MIN_RSA_BITS = 2048;

    private PublicKeys() {}

    /** Absent when there is none, or none that can be read; what is wrong with it is reported. */
    public static Optional<JWKSet> read(Section section, String key) {
        return section.optionalString(key).flatMap(json -> parse(section, key, json));
    }

    private static Optional<JWKSet> parse(Section section, String key, String json) {
        try {
            JWKSet keys = JWKSet.parse(json);
            for (JWK jwk : keys.getKeys()) {
                if (jwk.isPrivate()) {
                    section.problem(key, "contains a private key; only the public half belongs here");
                }
                if (jwk instanceof RSAKey rsa && rsa.size() < MIN_RSA_BITS) {
                    section.problem(key, "contains an RSA key of less than 2048 bits");
                }
            }
            return Optional.of(keys.toPublicJWKSet());
        } catch (ParseException | RuntimeException e) {
            // The parser stumbles over what is JSON and makes no sense.
            section.problem(key, "is not a JWK set: " + e.getMessage());
            return Optional.empty();
        }
    }
}
