package dev.ssoportal.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of a high-entropy secret, as 64 hex digits. Enough for a secret of 256 random bits, which no dictionary contains; never for a
 * password.
 */
public final class SecretHash {
    private static final HexFormat HEX = HexFormat.of();

    private SecretHash() {}

    public static String of(String secret) {
        return HEX.formatHex(sha256(secret));
    }

    /** Compares in constant time. */
    public static boolean matches(String secret, String hash) {
        return same(of(secret), hash);
    }

    /** Compares two texts in constant time. */
    public static boolean same(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a text has the shape of such a hash. */
    public static boolean isHash(String text) {
        return text.matches("[0-9a-f]{64}");
    }

    public static byte[] sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
