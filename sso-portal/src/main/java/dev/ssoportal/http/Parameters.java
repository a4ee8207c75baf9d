package dev.ssoportal.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The parameters of a query or of a form body, decoded, in the order they came. */
public final class Parameters {
    private static final int MAX_PARAMETERS = 100;

    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * @param encoded {@code application/x-www-form-urlencoded} text; null or empty for none
     * @throws PageError when it is malformed or has too many parameters
     */
    public static Parameters parse(String encoded) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (encoded == null || encoded.isEmpty()) {
            return new Parameters(values);
        }
        int count = 0;
        int start = 0;
        while (start <= encoded.length()) {
            int end = encoded.indexOf('&', start);
            if (end < 0) {
                end = encoded.length();
            }
            if (end > start) {
                if (++count > MAX_PARAMETERS) {
                    throw new PageError(400, "error.bad-request", "more than " + MAX_PARAMETERS + " parameters");
                }
                int equals = encoded.indexOf('=', start);
                boolean bare = equals < 0 || equals > end;
                String name = decode(encoded.substring(start, bare ? end : equals));
                String value = bare ? "" : decode(encoded.substring(equals + 1, end));
                values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
            }
            start = end + 1;
        }
        return new Parameters(values);
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new PageError(400, "error.bad-request", "malformed percent-encoding", e);
        }
    }

    /**
     * The value of a parameter that may stand once.
     *
     * @throws PageError when it stands more than once
     */
    public Optional<String> single(String name) {
        List<String> found = values.getOrDefault(name, List.of());
        if (found.size() > 1) {
            throw new PageError(400, "error.bad-request", "parameter " + name + " more than once");
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    public static Parameters of(Map<String, List<String>> values) {
        return new Parameters(values);
    }

    /** All parameters, each with its values. */
    public Map<String, List<String>> asMap() {
        return values;
    }

    /** The parameters as a query again. */
    public String encoded() {
        return encoded(name -> true);
    }

    /** Those parameters as a query whose names are wanted. */
    public String encoded(Predicate<String> wanted) {
        return values.entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream().map(value -> encode(entry.getKey()) + "=" + encode(value)))
                .collect(Collectors.joining("&"));
    }

    /** A text as it stands in a query or a form. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
