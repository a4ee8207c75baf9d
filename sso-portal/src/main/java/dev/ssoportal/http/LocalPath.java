package dev.ssoportal.http;

import java.util.Optional;

/**
 * A path on this portal, with its query: where a person goes on after signing in. Never a URL of somebody else, however it is written:
 * {@code //evil.example}, {@code /\evil.example} and control characters are refused, so that no link can become an open redirect.
 */
public record LocalPath(String value) {
    public static final LocalPath HOME = new LocalPath("/");
    /** It is written into a redirect, encoded once more. */
    private static final int MAX_LENGTH = 5 * 1024;

    public LocalPath {
        if (!isLocal(value)) {
            throw new IllegalArgumentException("not a path on this portal");
        }
    }

    public static Optional<LocalPath> parse(String text) {
        return isLocal(text) ? Optional.of(new LocalPath(text)) : Optional.empty();
    }

    private static boolean isLocal(String text) {
        if (!text.startsWith("/") || text.startsWith("//") || text.length() > MAX_LENGTH) {
            return false;
        }
        return text.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>');
    }

    @Override
    public String toString() {
        return value;
    }
}
