package dev.ssoportal.logout;

/**
 * One place the browser is led to.
 *
 * @param url empty when there is none for the moment: then the recipient is not told
 * @param framed whether it is loaded in a frame of a page of ours, side by side with others; else the browser goes there and is sent back
 */
public record Hop(Recipient recipient, String url, boolean framed) {
    public Hop {
        recipient = recipient == null ? new Recipient("", "") : recipient;
        url = url == null ? "" : url;
    }

    boolean isReachable() {
        return !url.isEmpty();
    }

    Hop unreachable() {
        return new Hop(recipient, "", framed);
    }
}
