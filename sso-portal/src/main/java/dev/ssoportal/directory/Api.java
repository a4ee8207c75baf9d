package dev.ssoportal.directory;

import dev.ssoportal.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What access tokens are for.
 *
 * @param audience the {@code aud} of its tokens, and what {@code resource} or {@code audience} asks for
 * @param scopes the scopes that lead to a token for it
 * @param detailTypes the kinds of authorization details that it understands
 * @param roles the roles it defines, and who has them
 */
public record Api(String audience, String name, Set<String> scopes, List<Role> roles, List<DetailType> detailTypes) {

    /**
     * A role of the API.
     *
     * @param grantedTo the people who have it; absent means no person: service accounts get roles in their own declaration
     */
    public record Role(String name, Optional<AccessRule> grantedTo) {
        static Role read(Section section) {
            return new Role(
                    section.string("name"),
                    section.has("granted-to")
                            ? Optional.of(section.section("granted-to", AccessRule::read))
                            : Optional.empty());
        }
    }

    /** @param taken the audiences in use so far; this one is added */
    public static Api read(Section section, Set<String> taken) {
        String audience = section.string("audience");
        if (!taken.add(audience)) {
            section.problem("audience", "\"" + audience + "\" is used twice");
        }
        return new Api(
                audience,
                section.string("name", audience),
                Set.copyOf(section.strings("scopes")),
                section.sections("roles", Role::read),
                section.sections("authorization-details", DetailType::read));
    }

    public List<String> rolesOf(Account account) {
        List<String> names = new ArrayList<>();
        for (Role role : roles) {
            if (role.grantedTo().map(rule -> rule.allows(account)).orElse(false)) {
                names.add(role.name());
            }
        }
        return names;
    }
}
