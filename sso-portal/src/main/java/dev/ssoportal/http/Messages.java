package dev.ssoportal.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** The texts of the pages, in English and German, from {@code messages_xx.properties} beside the templates. */
public final class Messages {
    private static final List<Locale> SUPPORTED = List.of(Locale.ENGLISH, Locale.GERMAN);

    private final TemplateFiles files;
    private final Map<Locale, Properties> bundles = new ConcurrentHashMap<>();

    public Messages(TemplateFiles files) {
        this.files = files;
        SUPPORTED.forEach(locale -> bundles.put(locale, load(locale)));
    }

    /** A text; the key itself when no bundle has it, so that a gap is seen and nothing breaks. */
    public String text(Locale locale, String key, Object... arguments) {
        String pattern =
                bundles.getOrDefault(locale, bundles.get(Locale.ENGLISH)).getProperty(key);
        if (pattern == null) {
            pattern = bundles.get(Locale.ENGLISH).getProperty(key, key);
        }
        return arguments.length == 0
                ? pattern.replace("''", "'")
                : new MessageFormat(pattern, locale).format(arguments);
    }

    Locale choose(List<String> uiLocales, Optional<String> earlier, Optional<String> acceptLanguage) {
        Optional<Locale> asked = asked(uiLocales);
        if (asked.isPresent()) {
            return asked.get();
        }
        Locale remembered =
                earlier.map(tag -> Locale.lookup(ranges(tag), SUPPORTED)).orElse(null);
        if (remembered != null) {
            return remembered;
        }
        Locale accepted = acceptLanguage
                .map(header -> Locale.lookup(ranges(header), SUPPORTED))
                .orElse(null);
        return accepted == null ? Locale.ENGLISH : accepted;
    }

    /** What {@code ui_locales} (OpenID Connect Core, 3.1.2.1) asks for, if we have it. */
    Optional<Locale> asked(List<String> uiLocales) {
        return uiLocales.stream()
                .flatMap(value -> List.of(value.split(" ")).stream())
                .map(tag -> Locale.lookup(ranges(tag), SUPPORTED))
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static List<Locale.LanguageRange> ranges(String header) {
        try {
            return header.length() > 500 ? List.of() : Locale.LanguageRange.parse(header);
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private Properties load(Locale locale) {
        String name = "messages_" + locale.getLanguage() + ".properties";
        Properties properties = new Properties();
        try (InputStream stream = files.open(name).orElseThrow(() -> new IOException("no " + name))) {
            properties.load(new InputStreamReader(stream, StandardCharsets.UTF_8));
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
