package dev.ssoportal.http;

import java.time.Duration;

/**
 * Names and attributes of our cookies. On https every name gets the {@code __Host-} prefix, so that no other host and no plain-text
 * answer can set them (<a href="https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2">RFC 6265bis</a>); all are HttpOnly and Lax.
 */
public final class Cookies {
    private final boolean https;

    public Cookies(boolean https) {
        this.https = https;
    }

    String fullName(String name) {
        return https ? "__Host-" + name : name;
    }

    /** A Set-Cookie header for a cookie that goes with the browser. */
    public String set(String name, String value) {
        return fullName(name) + "=" + value + "; Path=/; HttpOnly; SameSite=Lax" + (https ? "; Secure" : "");
    }

    /** A Set-Cookie header for a cookie that outlives the browser. */
    public String set(String name, String value, Duration lifetime) {
        return set(name, value) + "; Max-Age=" + lifetime.toSeconds();
    }

    public String delete(String name) {
        return set(name, "") + "; Max-Age=0";
    }
}
