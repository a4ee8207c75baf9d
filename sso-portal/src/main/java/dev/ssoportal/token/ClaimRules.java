package dev.ssoportal.token;

import dev.ssoportal.directory.Account;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which scope gives which claims about a person (OpenID Connect Core, <a href="https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims">5.4</a>). */
public final class ClaimRules {
    /** Every claim we may tell about a person, for discovery. */
    public static final List<String> CLAIMS = List.of(
            "sub", "name", "preferred_username", "locale", "picture", "email", "email_verified", "groups", "roles");

    private ClaimRules() {}

    /** The claims about a person for these scopes, without {@code sub}. What we do not know is left out. */
    public static Map<String, Object> claims(Account account, Set<String> scopes) {
        Map<String, Object> claims = new LinkedHashMap<>();
        if (scopes.contains("profile")) {
            claims.put("name", account.name());
            claims.put("preferred_username", account.username());
            account.locale().ifPresent(locale -> claims.put("locale", locale));
            account.picture().ifPresent(picture -> claims.put("picture", picture));
        }
        if (scopes.contains("email") && account.email().isPresent()) {
            claims.put("email", account.email().get());
            claims.put("email_verified", account.emailVerified());
        }
        if (scopes.contains("groups")) {
            claims.put("groups", account.groups());
            claims.put("roles", account.roles());
        }
        return claims;
    }
}
