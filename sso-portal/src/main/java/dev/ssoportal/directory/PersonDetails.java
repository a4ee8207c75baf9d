package dev.ssoportal.directory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What else may be known about a person, by the names of OpenID Connect Core, <a
 * href="https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims">5.1</a>; the parts of an address after {@code address.}.
 */
public final class PersonDetails {
    public static final List<String> NAMES = List.of(
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "profile",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "phone_number",
            "phone_number_verified",
            "address.formatted",
            "address.street_address",
            "address.locality",
            "address.region",
            "address.postal_code",
            "address.country");

    private static final int MAX_CHARACTERS = 512;

    private PersonDetails() {}

    /** Those that a source knows, by name. What is blank or absurdly long is left out. */
    public static Map<String, String> from(Function<String, Optional<String>> source) {
        Map<String, String> details = new LinkedHashMap<>();
        for (String name : NAMES) {
            source.apply(name)
                    .filter(value -> !value.isBlank() && value.length() <= MAX_CHARACTERS)
                    .ifPresent(value -> details.put(name, value));
        }
        return details;
    }
}
