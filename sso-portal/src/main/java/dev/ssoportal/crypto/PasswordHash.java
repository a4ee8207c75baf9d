package dev.ssoportal.crypto;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id in PHC strings: {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash} (<a href="https://www.rfc-editor.org/rfc/rfc9106">RFC
 * 9106</a>). Few run at once, so that a burst of sign-ins cannot take all the memory and every core.
 */
public final class PasswordHash {
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{8,})\\$([A-Za-z0-9+/]{16,})");
    private static final int MAX_MEMORY_KIB = 1024 * 1024;
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int ITERATIONS = 2;
    private static final int MAX_PASSWORD_CHARACTERS = 1024;

    private final RandomIds random;
    private final Semaphore permits =
            new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

    public PasswordHash(RandomIds random) {
        this.random = random;
    }

    public String hash(String password) {
        byte[] salt = random.bytes(16);
        byte[] hash = argon2(password, salt, 32, MEMORY_KIB, ITERATIONS, 1);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + ITERATIONS + ",p=1$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
    }

    /** Compares in constant time. A malformed hash matches nothing. */
    public boolean matches(String password, String phc) {
        Matcher matcher = PHC.matcher(phc);
        if (!isHash(phc) || !matcher.matches() || password.length() > MAX_PASSWORD_CHARACTERS) {
            return false;
        }
        byte[] expected = Base64.getDecoder().decode(matcher.group(5));
        byte[] salt = Base64.getDecoder().decode(matcher.group(4));
        return inTurn(() -> MessageDigest.isEqual(
                expected,
                argon2(
                        password,
                        salt,
                        expected.length,
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)))));
    }

    /** Whether a text is a PHC string of ours to check, with costs we are willing to pay. */
    public static boolean isHash(String phc) {
        Matcher matcher = PHC.matcher(phc);
        return matcher.matches()
                && Integer.parseInt(matcher.group(1)) <= MAX_MEMORY_KIB
                && Integer.parseInt(matcher.group(1)) >= 8
                && Integer.parseInt(matcher.group(2)) >= 1
                && Integer.parseInt(matcher.group(3)) >= 1
                && decodes(matcher.group(4)).isPresent()
                && decodes(matcher.group(5)).isPresent();
    }

    /**
     * Whether guessing it is cheaper than guessing one of the cheapest that are recommended: memory times passes counts, from 7 MiB on
     * (OWASP Password Storage Cheat Sheet: 7 MiB and 5 passes come to as much as 19 MiB and 2).
     */
    public static boolean isWeak(String phc) {
        Matcher matcher = PHC.matcher(phc);
        if (!matcher.matches()) {
            return true;
        }
        int memoryKib = Integer.parseInt(matcher.group(1));
        return memoryKib < 7 * 1024 || (long) memoryKib * Integer.parseInt(matcher.group(2)) < 7 * 1024 * 5;
    }

    private static Optional<byte[]> decodes(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean inTurn(BooleanSupplier work) {
        try {
            if (!permits.tryAcquire(10, TimeUnit.SECONDS)) {
                throw new UncheckedIOException("too many sign-ins at once", new IOException("no turn within 10 s"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException("interrupted", new InterruptedIOException());
        }
        try {
            return work.getAsBoolean();
        } finally {
            permits.release();
        }
    }

    private static byte[] argon2(
            String password, byte[] salt, int length, int memoryKib, int iterations, int parallelism) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withSalt(salt)
                .withMemoryAsKB(memoryKib)
                .withIterations(iterations)
                .withParallelism(parallelism)
                .build());
        byte[] hash = new byte[length];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }
}
