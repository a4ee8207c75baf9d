package dev.ssoportal.directory;

import dev.ssoportal.config.Section;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A kind of authorization details that an API understands (<a href="https://www.rfc-editor.org/rfc/rfc9396#section-2.1">RFC 9396, 2.1</a>).
 *
 * @param description what it is about, for the person, by language; {@code en} is the fallback
 * @param fields what a detail of this type may say, beside its type
 */
public record DetailType(String name, Map<String, String> description, Set<String> fields) {
    /** What every type may have (2.2). */
    private static final List<String> COMMON = List.of("locations", "actions", "datatypes", "identifier", "privileges");

    static DetailType read(Section section) {
        Map<String, String> description = new HashMap<>();
        section.optionalString("description").ifPresent(text -> description.put("en", text));
        section.optionalString("description-de").ifPresent(text -> description.put("de", text));
        Set<String> fields = new LinkedHashSet<>(COMMON);
        fields.addAll(section.strings("fields"));
        return new DetailType(section.string("type"), Map.copyOf(description), fields);
    }

    public String description(Locale locale) {
        return description.getOrDefault(locale.getLanguage(), description.getOrDefault("en", name));
    }
}
