package dev.ssoportal.token;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Claims that an app has asked for one by one ({@code claims}, OpenID Connect Core, <a
 * href="https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter">5.5</a>), as far as it may.
 */
public record RequestedClaims(Set<String> userInfo, Set<String> idToken) {
    public static final RequestedClaims NONE = new RequestedClaims(Set.of(), Set.of());

    public RequestedClaims {
        userInfo = userInfo == null ? Set.of() : Set.copyOf(userInfo);
        idToken = idToken == null ? Set.of() : Set.copyOf(idToken);
    }

    /** The scopes that would have given them: what the person is asked to consent to. */
    public Set<String> scopes() {
        Set<String> scopes = new LinkedHashSet<>();
        userInfo.forEach(name -> ClaimRules.scopeOf(name).ifPresent(scopes::add));
        idToken.forEach(name -> ClaimRules.scopeOf(name).ifPresent(scopes::add));
        return scopes;
    }

    /** Those that these scopes would give. */
    public RequestedClaims within(Set<String> allowed) {
        return isEmpty() ? this : new RequestedClaims(within(userInfo, allowed), within(idToken, allowed));
    }

    private static Set<String> within(Set<String> names, Set<String> scopes) {
        Set<String> kept = new LinkedHashSet<>(names);
        kept.removeIf(name -> ClaimRules.scopeOf(name).filter(scopes::contains).isEmpty());
        return kept;
    }

    public boolean isEmpty() {
        return userInfo.isEmpty() && idToken.isEmpty();
    }
}
