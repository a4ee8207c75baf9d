package dev.ssoportal.directory;

import com.nimbusds.jose.JWSAlgorithm;
import dev.ssoportal.config.Section;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an app's requests have to be like, and what its answers are like: as its profile says, and stricter where its settings say so.
 *
 * @param requirePushedRequest authorization requests come by way of the PAR endpoint (RFC 9126)
 * @param requireSignedRequest authorization requests are signed (RFC 9101)
 * @param assertionAlgorithm the only one that its assertions may be signed with; absent means any that its profile accepts
 * @param requestAlgorithm the same for its request objects
 * @param requestUris where it may keep request objects, compared as a whole (RFC 9101, 5.2)
 * @param sector with whom the app may compare what it calls people; absent means with everybody
 */
public record ClientRules(
        Profile profile,
        boolean requirePkce,
        boolean requirePushedRequest,
        boolean requireSignedRequest,
        Set<String> requestUris,
        Optional<String> sector,
        Optional<JWSAlgorithm> assertionAlgorithm,
        Optional<JWSAlgorithm> requestAlgorithm,
        Responses responses) {

    /** What a client may sign with. */
    public static final Set<JWSAlgorithm> VERIFIABLE =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.EdDSA);

    /** FAPI 2.0 Security Profile, 5.4.1: no RSASSA-PKCS1-v1_5. */
    private static final Set<JWSAlgorithm> VERIFIABLE_FAPI2 =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.PS256, JWSAlgorithm.EdDSA);

    private enum SubjectType {
        PUBLIC,
        PAIRWISE
    }

    static ClientRules read(Section section, Profile profile, Credentials credentials, List<String> redirectUris) {
        boolean pkce = profile.requiresPkce(credentials.authentication());
        ClientRules rules = new ClientRules(
                profile,
                section.flag("require-pkce", pkce) || pkce,
                section.flag("require-pushed-requests", false) || profile.requiresPushedRequest(),
                section.flag("require-signed-requests", false),
                section.urls("request-uris").stream().map(URI::toString).collect(Collectors.toSet()),
                readSector(section, redirectUris),
                Optional.empty(),
                Optional.empty(),
                Responses.read(section, profile));
        forbidLess(section, "require-pkce", pkce);
        forbidLess(section, "require-pushed-requests", profile.requiresPushedRequest());
        if (profile == Profile.FAPI2
                && !VERIFIABLE_FAPI2.containsAll(rules.responses.algorithms().values())) {
            section.problem("profile", "fapi2 signs with es256, ps256 or eddsa");
        }
        if (rules.requirePushedRequest && !rules.requestUris.isEmpty()) {
            section.problem("request-uris", "would never be used: the requests of this app have to be pushed");
        }
        boolean needsKeys =
                rules.requireSignedRequest || !rules.requestUris.isEmpty() || rules.responses.areEncrypted();
        if (needsKeys && credentials.keys().isEmpty() && credentials.jwksUri().isEmpty()) {
            section.problem(
                    rules.requestUris.isEmpty() ? "jwks" : "request-uris",
                    "needs jwks or jwks-uri: requests are signed with these keys, and answers encrypted to them");
        }
        return rules;
    }

    private static void forbidLess(Section section, String key, boolean demanded) {
        if (demanded && !section.flag(key, true)) {
            section.problem(key, "must not be false: the profile, or an app without a secret, demands it");
        }
    }

    private static Optional<String> readSector(Section section, List<String> redirectUris) {
        Optional<String> sector = section.optionalString("sector");
        if (section.choice("subject-type", SubjectType.class, SubjectType.PUBLIC) == SubjectType.PUBLIC) {
            return Optional.empty();
        }
        List<String> hosts = hosts(redirectUris);
        if (sector.isEmpty() && hosts.size() != 1) {
            section.problem("sector", "is missing, and the redirect URIs do not have one host in common");
        }
        return sector.or(() -> hosts.stream().findFirst());
    }

    private static List<String> hosts(List<String> redirectUris) {
        return redirectUris.stream()
                .map(URI::create)
                .map(URI::getHost)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    static Set<JWSAlgorithm> acceptedAlgorithms(Profile profile) {
        return profile == Profile.FAPI2 ? VERIFIABLE_FAPI2 : VERIFIABLE;
    }

    Set<JWSAlgorithm> assertionAlgorithms() {
        return assertionAlgorithm.map(Set::of).orElse(acceptedAlgorithms(profile));
    }

    public Set<JWSAlgorithm> requestAlgorithms() {
        return requestAlgorithm.map(Set::of).orElse(acceptedAlgorithms(profile));
    }

    public boolean isFapi2() {
        return profile == Profile.FAPI2;
    }
}
