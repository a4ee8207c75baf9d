package dev.ssoportal.crypto;

import dev.ssoportal.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The one key of an installation: it encrypts private keys at rest (AES-256-GCM), and keys for other purposes are derived from it. All
 * members share it.
 */
public final class MasterKey {
    /** A shorter key is refused: it would be a password, and those can be guessed. */
    public static final int MIN_CHARACTERS = 32;

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final byte[] key;
    private final RandomIds random;

    public MasterKey(String secret, RandomIds random) {
        this.key = SecretHash.sha256("sso-portal master key\n" + secret);
        this.random = random;
    }

    /** The configured key, or one kept in {@code master.key} in the data folder, made at the first start. */
    public static MasterKey load(Optional<Secret> configured, Path data, RandomIds random) {
        return new MasterKey(
                configured.map(Secret::reveal).orElseGet(() -> fromFile(data.resolve("master.key"), random)), random);
    }

    /** Written whole or not at all: a key cut short by a full disk would be a known one. */
    private static String fromFile(Path file, RandomIds random) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (!Files.exists(file)) {
                Path fresh = file.resolveSibling(file.getFileName() + "." + random.id());
                Files.createFile(
                        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(fresh, random.secret(), StandardOpenOption.DSYNC);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            }
            String key = Files.readString(file).strip();
            if (key.length() < MIN_CHARACTERS) {
                throw new IOException("it holds less than " + MIN_CHARACTERS + " characters");
            }
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read or make " + file, e);
        }
    }

    /** HMAC-SHA-256 under a key derived for one purpose, as 43 characters of base64url: nobody else can make it. */
    public String seal(String purpose, String text) {
        return BASE64URL.encodeToString(hmac(hmac(key, purpose), text));
    }

    /** Encrypts; {@code context} must be the same at decryption, so that no ciphertext can be moved to another row. */
    public String encrypt(byte[] clear, String context) {
        try {
            byte[] nonce = random.bytes(NONCE_BYTES);
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(clear);
            return Base64.getEncoder()
                    .encodeToString(ByteBuffer.allocate(nonce.length + sealed.length)
                            .put(nonce)
                            .put(sealed)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is in every JDK", e);
        }
    }

    public byte[] decrypt(String text, String context) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
            return cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UncheckedIOException(
                    "a stored private key was not encrypted with this master key", new IOException(e.getMessage(), e));
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(hmac(key, "encryption"), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** A key for one purpose. */
    byte[] derive(String purpose) {
        return hmac(key, purpose);
    }

    static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is in every JDK", e);
        }
    }
}
