package dev.ssoportal.directory;

import dev.ssoportal.config.Section;
import dev.ssoportal.crypto.SecretHash;
import java.time.Instant;
import java.util.Optional;

/**
 * One of the secrets a client may have at a time, so that it can change without a moment at which neither works.
 *
 * @param hash SHA-256 of the secret, 64 hex digits
 * @param expires from then on it is refused
 */
public record ClientSecret(String hash, Optional<Instant> created, Optional<Instant> expires) {

    /** Reads {@code sha256}, or {@code value} as a reference to the secret itself. */
    public static ClientSecret read(Section section) {
        Optional<String> hash = section.optionalString("sha256");
        Optional<String> value = section.optionalSecret("value").map(secret -> SecretHash.of(secret.reveal()));
        if (hash.isPresent() == value.isPresent()) {
            section.problem("sha256", "give either sha256 (as \"new-secret\" prints it) or value (a reference)");
        }
        if (hash.isPresent() && (!SecretHash.isHash(hash.get()) || hash.get().equals(SecretHash.of("")))) {
            section.problem("sha256", "must be 64 hex digits; \"new-secret\" prints one");
        }
        return new ClientSecret(
                hash.or(() -> value).orElse(""), section.instant("created"), section.instant("expires"));
    }

    public boolean isValid(Instant now) {
        return expires.map(now::isBefore).orElse(true);
    }
}
