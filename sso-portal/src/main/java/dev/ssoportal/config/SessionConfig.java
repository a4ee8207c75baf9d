package dev.ssoportal.config;

import java.time.Duration;

/**
 * How long a single sign-on session lives.
 *
 * @param idleTimeout it ends after this long without use
 * @param absoluteTimeout it ends this long after the sign-in, used or not
 * @param attemptTimeout how long a person may take to sign in
 */
public record SessionConfig(Duration idleTimeout, Duration absoluteTimeout, Duration attemptTimeout) {

    public static SessionConfig read(Section section) {
        Duration idle = section.duration("idle-timeout", Duration.ofHours(2));
        Duration absolute = section.duration("absolute-timeout", Duration.ofHours(12));
        if (idle.compareTo(absolute) > 0) {
            section.problem("idle-timeout", "must not be longer than absolute-timeout");
        }
        return new SessionConfig(idle, absolute, section.duration("attempt-timeout", Duration.ofMinutes(10)));
    }
}
