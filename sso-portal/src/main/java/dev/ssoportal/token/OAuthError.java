package dev.ssoportal.token;

import com.nimbusds.oauth2.sdk.ErrorObject;
import java.util.HashMap;
import java.util.Map;

/**
 * A refusal in the words of OAuth: an error code and a safe description for the client, and a reason for the log.
 */
public final class OAuthError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ErrorObject error;
    private final Map<String, String> headers = new HashMap<>();

    public OAuthError(ErrorObject error, String reason) {
        super(reason);
        this.error = error;
    }

    public OAuthError(ErrorObject error, String reason, Throwable cause) {
        super(reason, cause);
        this.error = error;
    }

    /** Adds a header that the answer shall have. */
    public OAuthError header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public Map<String, String> headers() {
        return Map.copyOf(headers);
    }

    public ErrorObject error() {
        return error;
    }
}
