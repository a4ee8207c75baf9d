package dev.ssoportal.audit;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes audit events as key-value lines to the logger {@code audit}. Line breaks in values cannot forge events. */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("audit");

    /** What can happen. */
    public enum Event {
        SIGN_IN,
        SIGN_IN_REFUSED,
        SESSION_ENDED,
        ENDED_BY_ADMINISTRATOR,
        LOGOUT_ACKNOWLEDGED,
        LOGOUT_RETRIED,
        LOGOUT_GIVEN_UP,
        ACCESS_DENIED,
        CONSENT_GRANTED,
        CONSENT_DENIED,
        GRANT_REVOKED,
        CODE_REUSED,
        REFRESH_TOKEN_REUSED,
        TOKEN_REVOKED,
        SIGNING_KEYS_ROTATED,
        CLIENT_REGISTERED,
        CLIENT_CHANGED,
        CLIENT_DELETED
    }

    /**
     * @param details alternating names and values
     */
    public void record(Event event, Object... details) {
        LoggingEventBuilder line = LOG.atInfo();
        StringBuilder message = new StringBuilder(event.name().toLowerCase(Locale.ROOT));
        for (int i = 0; i + 1 < details.length; i += 2) {
            message.append(' ').append(details[i]).append('=').append(clean(details[i + 1]));
        }
        line.log(message.toString());
    }

    private static String clean(Object value) {
        String text = String.valueOf(value).replaceAll("\\p{Cntrl}", "?");
        return text.indexOf(' ') < 0 && text.indexOf('"') < 0 ? text : '"' + text.replace("\"", "'") + '"';
    }
}
