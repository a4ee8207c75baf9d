package dev.ssoportal.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How single values are written in the configuration. Each reader throws an {@link IllegalArgumentException} that says how. */
final class Literals {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private Literals() {}

    static boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false, not \"" + text + "\"");
        };
    }

    static int integer(String text, int min, int max) {
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, with the range.
        }
        throw new IllegalArgumentException(
                "must be a whole number from " + min + " to " + max + ", not \"" + text + "\"");
    }

    /** Such as {@code 250ms}, {@code 30s}, {@code 15m}, {@code 8h} or {@code 30d}; never zero. */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new IllegalArgumentException("must be a duration such as 30s, 15m, 8h or 30d, not \"" + text + "\"");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** A date ({@code 2027-01-31}, the start of that day in UTC) or an instant. */
    static Instant instant(String text) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "must be a date such as 2027-01-31 or an instant such as 2027-01-31T12:00:00Z", e);
        }
    }

    /** An absolute URL with https; http is allowed for loopback addresses. */
    static URI url(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getHost() == null || uri.getUserInfo() != null || uri.getFragment() != null) {
                throw new IllegalArgumentException("must be an absolute URL without user and fragment");
            }
            if (!"https".equals(uri.getScheme())
                    && !("http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost()))) {
                throw new IllegalArgumentException("must be https (http is allowed for loopback only)");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not a URL: " + e.getReason(), e);
        }
    }

    /** One of an enum's constants, in kebab-case. */
    static <E extends Enum<E>> E constant(String text, Class<E> type) {
        Map<String, E> choices = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            choices.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        E value = choices.get(text.toLowerCase(Locale.ROOT));
        if (value == null) {
            throw new IllegalArgumentException(
                    "must be one of " + String.join(", ", choices.keySet()) + ", not \"" + text + "\"");
        }
        return value;
    }
}
