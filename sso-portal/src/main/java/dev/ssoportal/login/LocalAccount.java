package dev.ssoportal.login;

import dev.ssoportal.config.Section;
import dev.ssoportal.crypto.PasswordHash;
import dev.ssoportal.directory.PersonDetails;
import dev.ssoportal.directory.UpstreamIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A person declared in the configuration, who signs in here with a password. */
public record LocalAccount(
        String username,
        String passwordHash,
        String name,
        Optional<String> email,
        Optional<String> locale,
        Optional<String> picture,
        List<String> groups,
        List<String> roles,
        Map<String, String> details) {
    static final String PROVIDER = "local";

    /** What a password proves, in the words of SAML (authentication context classes, 3.4). */
    public static final String ACR = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

    /** @param taken the usernames in use so far, in lower case; this one is added */
    public static LocalAccount read(Section section, Set<String> taken) {
        String username = section.string("username");
        if (!taken.add(username.toLowerCase(Locale.ROOT))) {
            section.problem("username", "\"" + username + "\" is used twice");
        }
        String hash = section.string("password-hash");
        if (!hash.isEmpty() && !PasswordHash.isHash(hash)) {
            section.problem("password-hash", "must be an Argon2id hash; \"hash-password\" makes one");
        }
        return new LocalAccount(
                username,
                hash,
                section.string("name", username),
                section.optionalString("email"),
                section.optionalString("locale"),
                section.optionalString("picture"),
                section.strings("groups"),
                section.strings("roles"),
                details(section));
    }

    private static Map<String, String> details(Section section) {
        Map<String, String> given = section.texts("details");
        given.keySet().stream()
                .filter(name -> !PersonDetails.NAMES.contains(name))
                .forEach(name -> section.problem("details", "\"" + name + "\" is not one of " + PersonDetails.NAMES));
        return PersonDetails.from(name -> Optional.ofNullable(given.get(name)));
    }

    UpstreamIdentity identity(Instant now) {
        return new UpstreamIdentity(
                PROVIDER,
                username.toLowerCase(Locale.ROOT),
                username,
                name,
                email,
                email.isPresent(),
                locale,
                picture,
                groups,
                roles,
                details,
                now,
                Optional.of(ACR),
                List.of("pwd"),
                Optional.empty(),
                Map.of());
    }
}
