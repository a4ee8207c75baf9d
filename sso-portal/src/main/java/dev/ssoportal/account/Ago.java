package dev.ssoportal.account;

import java.time.Duration;
import java.time.Instant;

/**
 * How long ago something was, as a page says it: no time zone to get wrong.
 *
 * @param key of the message
 * @param count what the message counts
 * @param instant for machines
 */
public record Ago(String key, long count, String instant) {
    static Ago of(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.compareTo(Duration.ofMinutes(2)) < 0) {
            return new Ago("ago.now", 0, then.toString());
        }
        if (age.compareTo(Duration.ofHours(2)) < 0) {
            return new Ago("ago.minutes", age.toMinutes(), then.toString());
        }
        if (age.compareTo(Duration.ofDays(2)) < 0) {
            return new Ago("ago.hours", age.toHours(), then.toString());
        }
        return new Ago("ago.days", age.toDays(), then.toString());
    }
}
