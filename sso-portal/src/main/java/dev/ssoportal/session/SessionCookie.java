package dev.ssoportal.session;

import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.SecretHash;
import java.util.Optional;

/**
 * The value of the session cookie: {@code <session id>.<secret>.<seal>}. The secret is the credential; the seal only tells an invented
 * cookie from one of ours before anything is looked up, so that nobody can make the database work by guessing.
 */
public final class SessionCookie {
    private static final int SEAL_CHARACTERS = 16;

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
        return SecretHash.same(seal(value.substring(0, last)), value.substring(last + 1))
                ? Optional.of(new Parsed(value.substring(0, first), value.substring(first + 1, last)))
                : Optional.empty();
    }

    private String seal(String credential) {
        return masterKey.seal("session-cookie", credential).substring(0, SEAL_CHARACTERS);
    }
}
