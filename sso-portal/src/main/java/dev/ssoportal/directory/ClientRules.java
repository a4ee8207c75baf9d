package dev.ssoportal.directory;

import com.nimbusds.jose.JWSAlgorithm;
import dev.ssoportal.config.Section;
import java.util.Set;

/**
 * What an app's requests have to be like, and what its answers are signed with: as its profile says, and stricter where its settings say so.
 *
 * @param requirePushedRequest authorization requests come by way of the PAR endpoint (RFC 9126)
 * @param requireSignedRequest authorization requests are signed (RFC 9101)
 * @param idTokenAlgorithm also for logout tokens
 * @param responseAlgorithm of authorization responses, when the app asks for signed ones (JARM)
 */
public record ClientRules(
        Profile profile,
        boolean requirePkce,
        boolean requirePushedRequest,
        boolean requireSignedRequest,
        JWSAlgorithm idTokenAlgorithm,
        JWSAlgorithm responseAlgorithm) {

    /** What a client may sign with. */
    private static final Set<JWSAlgorithm> ACCEPTED =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.EdDSA);

    /** FAPI 2.0 Security Profile, 5.4.1: no RSASSA-PKCS1-v1_5. */
    private static final Set<JWSAlgorithm> ACCEPTED_FAPI2 =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.PS256, JWSAlgorithm.EdDSA);

    /** What we sign with, as the configuration writes it. */
    private enum Algorithm {
        RS256,
        PS256,
        ES256,
        EDDSA;

        JWSAlgorithm jws() {
            return this == EDDSA ? JWSAlgorithm.EdDSA : JWSAlgorithm.parse(name());
        }
    }

    static ClientRules read(Section section, Profile profile, Credentials credentials) {
        Algorithm usual = profile == Profile.FAPI2 ? Algorithm.ES256 : Algorithm.RS256;
        boolean pkce = profile.requiresPkce(credentials.authentication());
        ClientRules rules = new ClientRules(
                profile,
                section.flag("require-pkce", pkce) || pkce,
                section.flag("require-pushed-requests", false) || profile.requiresPushedRequest(),
                section.flag("require-signed-requests", false),
                section.choice("id-token-algorithm", Algorithm.class, usual).jws(),
                section.choice("response-algorithm", Algorithm.class, usual).jws());
        if (profile == Profile.FAPI2
                && !(ACCEPTED_FAPI2.contains(rules.idTokenAlgorithm)
                        && ACCEPTED_FAPI2.contains(rules.responseAlgorithm))) {
            section.problem("profile", "fapi2 signs with es256, ps256 or eddsa");
        }
        if (rules.requireSignedRequest
                && credentials.keys().isEmpty()
                && credentials.jwksUri().isEmpty()) {
            section.problem("require-signed-requests", "needs jwks or jwks-uri with the keys they are signed with");
        }
        return rules;
    }

    /** The signature algorithms that the client may use. */
    public Set<JWSAlgorithm> acceptedAlgorithms() {
        return acceptedAlgorithms(profile);
    }

    static Set<JWSAlgorithm> acceptedAlgorithms(Profile profile) {
        return profile == Profile.FAPI2 ? ACCEPTED_FAPI2 : ACCEPTED;
    }

    public boolean isFapi2() {
        return profile == Profile.FAPI2;
    }
}
