package dev.ssoportal.logout;

/**
 * Whom the end of a session concerns.
 *
 * @param id a client id, or a provider's id
 * @param name what the person calls it
 */
public record Recipient(String id, String name) {
    private static final int MAX_NAME = 255;

    public Recipient {
        name = name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
    }
}
