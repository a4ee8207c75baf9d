package dev.ssoportal.directory;

import dev.ssoportal.config.Section;
import java.util.List;

/**
 * Who may: everybody who is signed in, or whoever has one of the roles, is in one of the groups, or is named. The one rule behind a
 * launcher tile, an app's sign-in and an API's role.
 */
public record AccessRule(List<String> roles, List<String> groups, List<String> usernames) {
    public static final AccessRule EVERYBODY = new AccessRule(List.of(), List.of(), List.of());

    /** A decision and the reason for it, in words an operator understands. */
    public record Decision(boolean allowed, String reason) {}

    public static AccessRule read(Section section) {
        return new AccessRule(section.strings("roles"), section.strings("groups"), section.strings("usernames"));
    }

    public Decision decide(Account account) {
        if (roles.isEmpty() && groups.isEmpty() && usernames.isEmpty()) {
            return new Decision(true, "open to everybody signed in");
        }
        for (String role : roles) {
            if (account.roles().contains(role)) {
                return new Decision(true, "has the role " + role);
            }
        }
        for (String group : groups) {
            if (account.groups().contains(group)) {
                return new Decision(true, "is in the group " + group);
            }
        }
        if (usernames.contains(account.username())) {
            return new Decision(true, "is named");
        }
        return new Decision(
                false,
                "has the roles " + account.roles() + " and groups " + account.groups() + "; needs one of the roles "
                        + roles + ", groups " + groups + " or usernames " + usernames);
    }

    public boolean allows(Account account) {
        return decide(account).allowed();
    }
}
