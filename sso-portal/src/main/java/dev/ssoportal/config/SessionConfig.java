package dev.ssoportal.config;

import java.time.Duration;
import java.util.Set;

/**
 * How long a single sign-on session lives.
 *
 * @param idleTimeout it ends after this long without use
 * @param absoluteTimeout it ends this long after the sign-in, used or not
 * @param attemptTimeout how long a person may take to sign in
 * @param rememberedTimeout both limits of a session whose owner asked to stay signed in
 * @param rememberProviders the ids of the providers whose people may ask for that; {@code local} for local accounts
 */
public record SessionConfig(
        Duration idleTimeout,
        Duration absoluteTimeout,
        Duration attemptTimeout,
        Duration rememberedTimeout,
        Set<String> rememberProviders) {

    public static SessionConfig read(Section section) {
        Duration idle = section.duration("idle-timeout", Duration.ofHours(2));
        Duration absolute = section.duration("absolute-timeout", Duration.ofHours(12));
        if (idle.compareTo(absolute) > 0) {
            section.problem("idle-timeout", "must not be longer than absolute-timeout");
        }
        Duration remembered = section.duration("remembered-timeout", Duration.ofDays(30));
        if (remembered.compareTo(absolute) < 0) {
            section.problem("remembered-timeout", "must not be shorter than absolute-timeout");
        }
        return new SessionConfig(
                idle,
                absolute,
                section.duration("attempt-timeout", Duration.ofMinutes(10)),
                remembered,
                Set.copyOf(section.strings("remember-providers")));
    }

    public boolean mayRemember(String provider) {
        return rememberProviders.contains(provider);
    }
}
