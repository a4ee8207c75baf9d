package dev.ssoportal.login;

import dev.ssoportal.config.Section;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Gives roles to people by what their provider says of them.
 *
 * @param equalTo the claim is this and nothing else
 * @param contains the claim is a list with this in it
 * @param pattern a value of the claim matches this regular expression, from its beginning to its end
 */
public record RoleMapping(
        String claim,
        Optional<String> equalTo,
        Optional<String> contains,
        Optional<Pattern> pattern,
        List<String> roles) {

    static RoleMapping read(Section section) {
        String claim = section.string("claim");
        Optional<String> equalTo = section.optionalString("equals");
        Optional<String> contains = section.optionalString("contains");
        Optional<Pattern> pattern = section.optionalString("pattern").flatMap(text -> compile(section, text));
        long conditions = List.of(section.has("equals"), section.has("contains"), section.has("pattern")).stream()
                .filter(given -> given)
                .count();
        if (conditions != 1) {
            section.problem("claim", "give one of equals, contains and pattern");
        }
        List<String> roles = section.strings("roles");
        if (roles.isEmpty()) {
            section.problem("roles", "is missing");
        }
        return new RoleMapping(claim, equalTo, contains, pattern, roles);
    }

    private static Optional<Pattern> compile(Section section, String text) {
        try {
            return Optional.of(Pattern.compile(text));
        } catch (PatternSyntaxException e) {
            section.problem("pattern", "is not a regular expression: " + e.getDescription());
            return Optional.empty();
        }
    }

    List<String> rolesFor(Claims claims) {
        List<String> values = claims.all(claim);
        boolean applies = (equalTo.isPresent() && values.equals(List.of(equalTo.get())))
                || (contains.isPresent() && values.contains(contains.get()))
                || (pattern.isPresent()
                        && values.stream()
                                .anyMatch(value -> pattern.get().matcher(value).matches()));
        return applies ? roles : List.of();
    }
}
