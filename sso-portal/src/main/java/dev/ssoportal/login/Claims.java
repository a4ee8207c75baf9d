package dev.ssoportal.login;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a provider says about a person, by claim or attribute name; every value is a list of texts, whatever it was on the wire. */
public final class Claims {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    public Claims add(String name, Object value) {
        if (value instanceof Collection<?> many) {
            many.forEach(one -> add(name, one));
        } else if (value instanceof Map<?, ?> nested) {
            // A nested claim, such as Keycloak's realm_access.roles, is named by its path.
            nested.forEach((key, inner) -> add(name + "." + key, inner));
        } else if (value != null) {
            values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value.toString());
        }
        return this;
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    public Optional<String> first(String name) {
        return all(name).stream().filter(value -> !value.isBlank()).findFirst();
    }

    public boolean has(String name) {
        return values.keySet().stream().anyMatch(known -> known.equals(name) || known.startsWith(name + "."));
    }
}
