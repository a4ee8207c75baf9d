package dev.ssoportal.login;

import com.nimbusds.oauth2.sdk.id.Identifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.pac4j.core.context.WebContext;
import org.pac4j.core.context.session.SessionStore;

/**
 * What pac4j calls a session is one sign-in attempt here: its data is kept in the attempt's record, as texts, and its id is what {@code
 * state} and {@code RelayState} carry.
 */
public final class AttemptSessionStore implements SessionStore {
    private final String attemptId;
    private final Map<String, Object> data;

    public AttemptSessionStore(LoginAttempt attempt) {
        this(attempt.id(), attempt.data());
    }

    /** For a message that belongs to no attempt, such as a logout request. */
    public AttemptSessionStore(String id, Map<String, Object> data) {
        this.attemptId = id;
        this.data = new HashMap<>(data);
    }

    public Map<String, Object> data() {
        return data;
    }

    @Override
    public Optional<String> getSessionId(WebContext context, boolean createSession) {
        return Optional.of(attemptId);
    }

    @Override
    public Optional<Object> get(WebContext context, String key) {
        return Optional.ofNullable(data.get(key));
    }

    @Override
    public void set(WebContext context, String key, Object value) {
        if (value == null) {
            data.remove(key);
        } else {
            // State, nonce and code verifier are kept as what they are on the wire.
            data.put(key, value instanceof Identifier identifier ? identifier.getValue() : text(value));
        }
    }

    private static Object text(Object value) {
        return value instanceof com.nimbusds.oauth2.sdk.pkce.CodeVerifier verifier ? verifier.getValue() : value;
    }

    @Override
    public boolean destroySession(WebContext context) {
        data.clear();
        return true;
    }

    @Override
    public Optional<Object> getTrackableSession(WebContext context) {
        return Optional.empty();
    }

    @Override
    public Optional<SessionStore> buildFromTrackableSession(WebContext context, Object trackableSession) {
        return Optional.empty();
    }

    @Override
    public boolean renewSession(WebContext context) {
        return false;
    }
}
