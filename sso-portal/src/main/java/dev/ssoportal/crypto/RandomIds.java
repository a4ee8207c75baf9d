package dev.ssoportal.crypto;

import java.security.SecureRandom;
import java.util.Base64;

/** Random identifiers and secrets, base64url without padding. */
public final class RandomIds {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random;

    public RandomIds(SecureRandom random) {
        this.random = random;
    }

    public RandomIds() {
        this(new SecureRandom());
    }

    /** An identifier that may be published: 128 bits, 22 characters. */
    public String id() {
        return BASE64URL.encodeToString(bytes(16));
    }

    /** A credential: 256 bits, 43 characters. */
    public String secret() {
        return BASE64URL.encodeToString(bytes(32));
    }

    /** What a person may read out on the telephone: 8 characters without look-alikes. */
    public String referenceCode() {
        String alphabet = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
        StringBuilder code = new StringBuilder(8);
        for (int i = 0; i < 8; i++) {
            code.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return code.toString();
    }

    public byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
