package dev.ssoportal.token;

import com.nimbusds.oauth2.sdk.ErrorObject;

/**
 * A refusal in the words of OAuth: an error code and a safe description for the client, and a reason for the log.
 */
public final class OAuthError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ErrorObject error;

    public OAuthError(ErrorObject error, String reason) {
        super(reason);
        this.error = error;
    }

    public OAuthError(ErrorObject error, String reason, Throwable cause) {
        super(reason, cause);
        this.error = error;
    }

    public ErrorObject error() {
        return error;
    }
}
