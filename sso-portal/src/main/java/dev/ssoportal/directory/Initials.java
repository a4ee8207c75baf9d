package dev.ssoportal.directory;

import java.util.Locale;

/** What stands in the circle of a person and on the tile of an app without a picture. */
public final class Initials {
    private Initials() {}

    /** The first letters of the first and last word. */
    public static String of(String name) {
        String[] words = name.replaceAll("[\\s-]+", " ").strip().split(" ");
        String first = words[0].isEmpty() ? "?" : words[0].substring(0, words[0].offsetByCodePoints(0, 1));
        String last = words.length < 2
                ? ""
                : words[words.length - 1].substring(0, words[words.length - 1].offsetByCodePoints(0, 1));
        return (first + last).toUpperCase(Locale.ROOT);
    }
}
