package dev.ssoportal.session;

import dev.ssoportal.crypto.MasterKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/**
 * The value of the session cookie: {@code <session id>.<secret>.<seal>}. The secret is the credential; the seal only tells an invented
 * cookie from one of ours before anything is looked up, so that nobody can make the database work by guessing.
 */
public final class SessionCookie {
    private static final int SEAL_BYTES = 12;

    private final MasterKey masterKey;

    record Parsed(String sessionId, String secret) {}

    public SessionCookie(MasterKey masterKey) {
        this.masterKey = masterKey;
    }

    String value(String sessionId, String secret) {
        String credential = sessionId + "." + secret;
        return credential + "." + seal(credential);
    }

    Optional<Parsed> parse(String value) {
        int first = value.indexOf('.');
        int last = value.lastIndexOf('.');
        if (first < 0 || last == first || value.length() > 200) {
            return Optional.empty();
        }
        byte[] expected = seal(value.substring(0, last)).getBytes(StandardCharsets.US_ASCII);
        byte[] given = value.substring(last + 1).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, given)
                ? Optional.of(new Parsed(value.substring(0, first), value.substring(first + 1, last)))
                : Optional.empty();
    }

    private String seal(String credential) {
        byte[] mac = masterKey.mac("session-cookie", credential);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(java.util.Arrays.copyOf(mac, SEAL_BYTES));
    }
}
