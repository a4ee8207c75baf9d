package dev.ssoportal.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names for texts, another in every context, that only we can trace back: the text encrypted under a nonce that is a keyed hash of context
 * and text, so that equal texts have equal names (the construction of RFC 5297). Nothing is stored.
 */
public final class Pseudonyms {
    private static final int NONCE_BYTES = 16;

    private final byte[] hashKey;
    private final byte[] encryptionKey;

    public Pseudonyms(MasterKey masterKey) {
        this.hashKey = masterKey.derive("pseudonym-nonce");
        this.encryptionKey = masterKey.derive("pseudonym-encryption");
    }

    public String of(String context, String text) {
        byte[] nonce = nonce(context, text);
        byte[] encrypted = crypt(Cipher.ENCRYPT_MODE, nonce, text.getBytes(StandardCharsets.UTF_8));
        byte[] name = Arrays.copyOf(nonce, NONCE_BYTES + encrypted.length);
        System.arraycopy(encrypted, 0, name, NONCE_BYTES, encrypted.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    }

    /** The text; empty when it is not a name of ours in this context. */
    public Optional<String> reveal(String context, String pseudonym) {
        try {
            byte[] name = Base64.getUrlDecoder().decode(pseudonym);
            if (name.length <= NONCE_BYTES) {
                return Optional.empty();
            }
            byte[] nonce = Arrays.copyOf(name, NONCE_BYTES);
            String text = new String(
                    crypt(Cipher.DECRYPT_MODE, nonce, Arrays.copyOfRange(name, NONCE_BYTES, name.length)),
                    StandardCharsets.UTF_8);
            return Arrays.equals(nonce, nonce(context, text)) ? Optional.of(text) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] nonce(String context, String text) {
        return Arrays.copyOf(MasterKey.hmac(hashKey, context.length() + ":" + context + text), NONCE_BYTES);
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] bytes) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(mode, new SecretKeySpec(encryptionKey, "AES"), new IvParameterSpec(nonce));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is in every JDK", e);
        }
    }
}
