package dev.ssoportal.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RoleMappingTest {
    private static RoleMapping equalTo(String value) {
        return new RoleMapping("group", Optional.of(value), Optional.empty(), Optional.empty(), List.of("role"));
    }

    private static RoleMapping contains(String value) {
        return new RoleMapping("group", Optional.empty(), Optional.of(value), Optional.empty(), List.of("role"));
    }

    private static RoleMapping pattern(String value) {
        return new RoleMapping(
                "group", Optional.empty(), Optional.empty(), Optional.of(Pattern.compile(value)), List.of("role"));
    }

    private static Claims groups(Object value) {
        return new Claims().add("group", value);
    }

    @Test
    void equalsMeansThisAndNothingElse() {
        assertThat(equalTo("a").rolesFor(groups("a"))).containsExactly("role");
        assertThat(equalTo("a").rolesFor(groups(List.of("a", "b")))).isEmpty();
        assertThat(equalTo("a").rolesFor(new Claims())).isEmpty();
    }

    @Test
    void containsMeansAWholeEntryOfTheList() {
        assertThat(contains("a").rolesFor(groups(List.of("b", "a")))).containsExactly("role");
        assertThat(contains("a").rolesFor(groups(List.of("ab")))).isEmpty();
    }

    @Test
    void patternMatchesFromBeginningToEnd() {
        assertThat(pattern("team-.*").rolesFor(groups(List.of("x", "team-7")))).containsExactly("role");
        assertThat(pattern("team").rolesFor(groups("my-team-7"))).isEmpty();
    }

    @Test
    void namesNestedClaimsByTheirPath() {
        Claims claims = new Claims().add("realm_access", Map.of("roles", List.of("admin")));

        assertThat(claims.all("realm_access.roles")).containsExactly("admin");
    }
}
