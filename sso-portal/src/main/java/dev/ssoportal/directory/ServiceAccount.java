package dev.ssoportal.directory;

import com.nimbusds.jose.JWSAlgorithm;
import dev.ssoportal.config.Section;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A program that calls APIs under its own name.
 *
 * @param id {@code client_id} and {@code sub} of its tokens
 * @param roles per audience; the keys are the audiences it may ask for
 * @param scopes what it may ask for
 */
public record ServiceAccount(
        String id, String name, Credentials credentials, Map<String, List<String>> roles, Set<String> scopes)
        implements Client {

    /**
     * @param taken the client ids in use so far; this one is added
     * @param apis the declared APIs
     */
    public static ServiceAccount read(Section section, Set<String> taken, List<Api> apis) {
        String id = section.string("id");
        if (!taken.add(id)) {
            section.problem("id", "\"" + id + "\" is used twice");
        }
        Credentials credentials = Credentials.read(section, Profile.STANDARD);
        Map<String, List<String>> roles = section.stringLists("roles");
        Set<String> scopes = Set.copyOf(section.strings("scopes"));
        if (credentials.authentication() == Authentication.NONE) {
            section.problem("authentication", "a service account has to prove who it is");
        }
        if (roles.isEmpty() && scopes.isEmpty()) {
            section.problem(
                    "roles",
                    "is missing; give the roles per audience, such as \"https://orders.example\": [orders:read], or scopes of the portal itself");
        }
        roles.forEach((audience, names) -> checkRoles(section, audience, names, apis));
        return new ServiceAccount(id, section.string("name", id), credentials, roles, scopes);
    }

    @Override
    public Profile profile() {
        return Profile.STANDARD;
    }

    @Override
    public boolean isDeclared() {
        return true;
    }

    @Override
    public JWSAlgorithm introspectionAlgorithm() {
        return JWSAlgorithm.RS256;
    }

    @Override
    public Optional<Encryption> introspectionEncryption() {
        return Optional.empty();
    }

    private static void checkRoles(Section section, String audience, List<String> names, List<Api> apis) {
        Optional<Api> api = apis.stream()
                .filter(candidate -> candidate.audience().equals(audience))
                .findFirst();
        if (api.isEmpty()) {
            section.problem("roles", "no API has the audience \"" + audience + "\"");
            return;
        }
        List<String> known = api.get().roles().stream().map(Api.Role::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                section.problem("roles", "the API \"" + audience + "\" has no role \"" + name + "\"; it has " + known);
            }
        }
    }
}
