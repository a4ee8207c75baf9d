package dev.ssoportal.http;

/**
 * A refusal shown to a person as a page. The message is a key of the message bundles and safe to show; the reason is for the log only.
 */
public final class PageError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String messageKey;

    /**
     * @param status the HTTP status
     * @param messageKey a key of the message bundles, such as {@code error.session-foreign}
     * @param reason what really happened, for the log
     */
    public PageError(int status, String messageKey, String reason) {
        super(reason);
        this.status = status;
        this.messageKey = messageKey;
    }

    public PageError(int status, String messageKey, String reason, Throwable cause) {
        super(reason, cause);
        this.status = status;
        this.messageKey = messageKey;
    }

    public int status() {
        return status;
    }

    public String messageKey() {
        return messageKey;
    }
}
