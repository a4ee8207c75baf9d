package dev.ssoportal.directory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A person, as known since the latest sign-in.
 *
 * @param id random and permanent; the {@code sub} of every token
 * @param username what the person calls herself at the provider; not unique across providers
 * @param emailVerified whether the provider vouches for the address
 * @param locale a BCP 47 tag
 * @param picture a URL
 * @param groups as the provider names them
 * @param roles as our role mapping made them
 * @param provider where the person signed in last; names and groups are only as good as who gave them
 * @param details by the names of {@link PersonDetails}
 * @param updatedAt when something of this has changed last, if that is known
 */
public record Account(
        String id,
        String username,
        String name,
        Optional<String> email,
        boolean emailVerified,
        Optional<String> locale,
        Optional<String> picture,
        List<String> groups,
        List<String> roles,
        String provider,
        Map<String, String> details,
        Instant createdAt,
        Optional<Instant> updatedAt,
        boolean disabled) {

    public Account {
        Objects.requireNonNull(id);
        groups = groups == null ? List.of() : List.copyOf(groups);
        roles = roles == null ? List.of() : List.copyOf(roles);
        email = email == null ? Optional.empty() : email;
        locale = locale == null ? Optional.empty() : locale;
        picture = picture == null ? Optional.empty() : picture;
        details = details == null ? Map.of() : Map.copyOf(details);
        updatedAt = updatedAt == null ? Optional.empty() : updatedAt;
    }

    /** One of {@link PersonDetails#NAMES}. */
    public Optional<String> detail(String detail) {
        return Optional.ofNullable(details.get(detail));
    }

    public String initials() {
        return Initials.of(name);
    }
}
