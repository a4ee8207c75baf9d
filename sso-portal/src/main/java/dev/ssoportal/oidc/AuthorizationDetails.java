package dev.ssoportal.oidc;

import com.nimbusds.jose.util.JSONArrayUtils;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.Api;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.DetailType;
import dev.ssoportal.token.OAuthError;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code authorization_details} (<a href="https://www.rfc-editor.org/rfc/rfc9396#section-5">RFC 9396, section 5</a>): of types that an API declares and the app may ask for,
 * with fields that the type has, or not at all.
 */
final class AuthorizationDetails {
    private static final int MAX_DETAILS = 20;
    private static final int MAX_CHARACTERS = 8 * 1024;

    private AuthorizationDetails() {}

    /** A detail as the consent page shows it: what it is about, and what it says, by field. */
    public record Described(String about, Map<String, String> fields) {}

    /** @throws OAuthError {@code invalid_authorization_details} */
    static List<Map<String, Object>> read(AppCatalog catalog, App app, Optional<String> text) {
        List<Map<String, Object>> details = new ArrayList<>();
        for (Object element : elements(text)) {
            if (!(element instanceof Map<?, ?> detail) || !(detail.get("type") instanceof String type)) {
                throw refused("an element without a type");
            }
            DetailType known = catalog.detailType(type)
                    .filter(found -> app.detailTypes().contains(type))
                    .orElseThrow(() -> refused("type " + type + " for " + app.id()));
            Map<String, Object> read = new LinkedHashMap<>();
            detail.forEach((name, value) -> {
                if (!"type".equals(name) && !known.fields().contains(name)) {
                    throw refused("field " + name + " of type " + type);
                }
                read.put(String.valueOf(name), value);
            });
            details.add(read);
        }
        return details;
    }

    private static List<Object> elements(Optional<String> text) {
        if (text.isEmpty()) {
            return List.of();
        }
        if (text.get().length() > MAX_CHARACTERS) {
            throw refused("more than " + MAX_CHARACTERS + " characters");
        }
        try {
            List<Object> elements = JSONArrayUtils.parse(text.get());
            if (elements == null || elements.isEmpty() || elements.size() > MAX_DETAILS) {
                throw refused("no elements, or too many");
            }
            return elements;
        } catch (ParseException e) {
            throw refused("unreadable: " + e.getMessage());
        }
    }

    /** The audiences of the APIs that details are for. */
    static List<String> audiences(AppCatalog catalog, List<Map<String, Object>> details) {
        return details.stream()
                .flatMap(detail -> catalog.apiOfDetail(String.valueOf(detail.get("type"))).stream())
                .map(Api::audience)
                .distinct()
                .toList();
    }

    static List<Described> described(AppCatalog catalog, List<Map<String, Object>> details, Locale locale) {
        return details.stream()
                .map(detail -> {
                    String type = String.valueOf(detail.get("type"));
                    Map<String, String> fields = new LinkedHashMap<>();
                    detail.forEach((name, value) -> {
                        if (!"type".equals(name)) {
                            fields.put(name, shown(value));
                        }
                    });
                    return new Described(
                            catalog.detailType(type)
                                    .map(known -> known.description(locale))
                                    .orElse(type),
                            fields);
                })
                .toList();
    }

    private static String shown(Object value) {
        if (value instanceof List<?> many) {
            return String.join(
                    ", ", many.stream().map(AuthorizationDetails::shown).toList());
        }
        if (value instanceof Map<?, ?> nested) {
            return String.join(
                    ", ",
                    nested.entrySet().stream()
                            .map(entry -> entry.getKey() + ": " + shown(entry.getValue()))
                            .toList());
        }
        return String.valueOf(value);
    }

    static OAuthError refused(String reason) {
        return new OAuthError(OAuth2Error.INVALID_AUTHORIZATION_DETAILS, "authorization_details: " + reason);
    }
}
