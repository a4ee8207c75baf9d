package dev.ssoportal.directory;

import dev.ssoportal.config.Section;
import java.util.List;

/**
 * Who may (a username of another provider is named as {@code provider:username}, since anybody can call himself anything at a provider of
 * his own): everybody who is signed in, or whoever has one of the roles, is in one of the groups, or is named. The one rule behind a
 * launcher tile, an app's sign-in and an API's role.
 */
public record AccessRule(List<String> roles, List<String> groups, List<String> usernames) {
    private static final String LOCAL = "local";

    /** A decision and the reason for it, in words an operator understands. */
    public record Decision(boolean allowed, String reason) {}

    public static AccessRule read(Section section) {
        return new AccessRule(section.strings("roles"), section.strings("groups"), section.strings("usernames"));
    }

    /** Whether it names nobody, and so holds for all. */
    public boolean isEverybody() {
        return roles.isEmpty() && groups.isEmpty() && usernames.isEmpty();
    }

    public Decision decide(Account account) {
        if (isEverybody()) {
            return new Decision(true, "open to everybody signed in");
        }
        for (String role : roles) {
            if (account.roles().contains(role)) {
                return new Decision(true, "has the role " + role);
            }
        }
        for (String group : groups) {
            if (names(group, account.groups(), account.provider(), true)) {
                return new Decision(true, "is in the group " + group);
            }
        }
        for (String username : usernames) {
            if (names(
                    username,
                    List.of(account.username()),
                    account.provider(),
                    account.provider().equals(LOCAL))) {
                return new Decision(true, "is named");
            }
        }
        return new Decision(
                false,
                "has the roles " + account.roles() + " and groups " + account.groups() + "; needs one of the roles "
                        + roles + ", groups " + groups + " or usernames " + usernames);
    }

    /** Whether an entry, bare or as {@code provider:name}, is one of the names; a bare one only where that is good enough. */
    private static boolean names(String entry, List<String> names, String provider, boolean bareCounts) {
        boolean qualified = entry.startsWith(provider + ":") && names.contains(entry.substring(provider.length() + 1));
        return qualified || (bareCounts && names.contains(entry));
    }

    public boolean allows(Account account) {
        return decide(account).allowed();
    }
}
