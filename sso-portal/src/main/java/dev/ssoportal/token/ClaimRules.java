package dev.ssoportal.token;

import dev.ssoportal.directory.Account;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which scope gives which claims about a person (OpenID Connect Core, <a href="https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims">5.4</a>). */
public final class ClaimRules {
    private static final Map<String, List<String>> OF_SCOPE = Map.of(
            "profile",
            List.of(
                    "name",
                    "given_name",
                    "family_name",
                    "middle_name",
                    "nickname",
                    "preferred_username",
                    "profile",
                    "picture",
                    "website",
                    "gender",
                    "birthdate",
                    "zoneinfo",
                    "locale",
                    "updated_at"),
            "email",
            List.of("email", "email_verified"),
            "address",
            List.of("address"),
            "phone",
            List.of("phone_number", "phone_number_verified"),
            "groups",
            List.of("groups", "roles"));

    private static final String ADDRESS = "address.";

    private ClaimRules() {}

    /** Every claim we may tell about a person, for discovery. */
    public static List<String> all() {
        List<String> all = new ArrayList<>(List.of("sub", "acr", "amr", "auth_time", "sid"));
        OF_SCOPE.values().forEach(all::addAll);
        return all;
    }

    /** The scope that gives a claim. */
    public static Optional<String> scopeOf(String claim) {
        return OF_SCOPE.entrySet().stream()
                .filter(entry -> entry.getValue().contains(claim))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * The claims about a person, without {@code sub}. What we do not know is left out.
     *
     * @param scopes that give claims
     * @param names claims asked for one by one
     */
    public static Map<String, Object> claims(Account account, Collection<String> scopes, Collection<String> names) {
        Set<String> wanted = new LinkedHashSet<>();
        scopes.forEach(scope -> wanted.addAll(OF_SCOPE.getOrDefault(scope, List.of())));
        wanted.addAll(names);
        Map<String, Object> claims = new LinkedHashMap<>();
        for (String name : wanted) {
            value(account, name).ifPresent(value -> claims.put(name, value));
        }
        return claims;
    }

    private static Optional<Object> value(Account account, String claim) {
        return switch (claim) {
            case "name" -> Optional.of(account.name());
            case "preferred_username" -> Optional.of(account.username());
            case "picture" -> account.picture().map(Object.class::cast);
            case "locale" -> account.locale().map(Object.class::cast);
            case "updated_at" -> account.updatedAt().map(instant -> instant.getEpochSecond());
            case "email" -> account.email().map(Object.class::cast);
            case "email_verified" -> account.email().map(address -> account.emailVerified());
            case "phone_number_verified" ->
                account.detail("phone_number")
                        .map(number -> Boolean.valueOf(account.detail(claim).orElse("false")));
            case "address" -> address(account);
            case "groups" -> Optional.of(account.groups());
            case "roles" -> Optional.of(account.roles());
            default -> account.detail(claim).map(Object.class::cast);
        };
    }

    private static Optional<Object> address(Account account) {
        Map<String, String> address = new LinkedHashMap<>();
        account.details().forEach((name, value) -> {
            if (name.startsWith(ADDRESS)) {
                address.put(name.substring(ADDRESS.length()), value);
            }
        });
        return address.isEmpty() ? Optional.empty() : Optional.of(address);
    }
}
