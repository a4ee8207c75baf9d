package dev.ssoportal.directory;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import dev.ssoportal.config.Section;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How something is encrypted to a key of a client (RFC 7516). */
public record Encryption(JWEAlgorithm algorithm, EncryptionMethod encoding) {
    /** No RSA1_5, which answers to whoever asks often enough; nothing symmetric, since we keep only hashes of secrets. */
    public static final List<JWEAlgorithm> ALGORITHMS = List.of(
            JWEAlgorithm.RSA_OAEP_256, JWEAlgorithm.ECDH_ES, JWEAlgorithm.ECDH_ES_A128KW, JWEAlgorithm.ECDH_ES_A256KW);

    public static final List<EncryptionMethod> ENCODINGS = List.of(
            EncryptionMethod.A128GCM,
            EncryptionMethod.A256GCM,
            EncryptionMethod.A128CBC_HS256,
            EncryptionMethod.A256CBC_HS512);

    static Optional<Encryption> read(Section section, String key) {
        return section.has(key) ? section.section(key, Encryption::read) : Optional.empty();
    }

    private static Optional<Encryption> read(Section section) {
        String algorithm = section.string("algorithm", "");
        String encoding = section.string("encoding", EncryptionMethod.A128GCM.getName());
        Optional<Encryption> found = of(algorithm, encoding);
        if (found.isEmpty()) {
            section.problem("algorithm", "must be one of " + ALGORITHMS + ", with an encoding of " + ENCODINGS);
        }
        return found;
    }

    /** By the names of RFC 7518, in whatever case. */
    public static Optional<Encryption> of(String algorithm, String encoding) {
        return ALGORITHMS.stream()
                .filter(candidate ->
                        candidate.getName().toLowerCase(Locale.ROOT).equals(algorithm.toLowerCase(Locale.ROOT)))
                .flatMap(candidate -> ENCODINGS.stream()
                        .filter(method ->
                                method.getName().toLowerCase(Locale.ROOT).equals(encoding.toLowerCase(Locale.ROOT)))
                        .map(method -> new Encryption(candidate, method)))
                .findFirst();
    }
}
