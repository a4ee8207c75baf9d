package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.OIDCClaimsRequest;
import com.nimbusds.openid.connect.sdk.OIDCError;
import com.nimbusds.openid.connect.sdk.claims.ClaimRequirement;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSetRequest;
import dev.ssoportal.directory.App;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.token.ClaimRules;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.RequestedClaims;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameter {@code claims} (OpenID Connect Core, <a href="https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter">5.5</a>),
 * read. A claim that we do not know, or that the app may not see, is left out: asking is not demanding.
 *
 * @param subject whom the ID token has to be about, if that was demanded
 * @param acrValues authentication contexts, as if by {@code acr_values}
 */
record ClaimsParameter(RequestedClaims requested, Optional<String> subject, List<String> acrValues) {

    /** @throws OAuthError when it cannot be read, or demands an authentication context that nobody can prove */
    static ClaimsParameter read(App app, Parameters parameters, Set<String> knownAcrValues) {
        Optional<String> text = parameters.single("claims").filter(value -> !value.isEmpty());
        if (text.isEmpty()) {
            return new ClaimsParameter(RequestedClaims.NONE, Optional.empty(), List.of());
        }
        try {
            OIDCClaimsRequest request = OIDCClaimsRequest.parse(text.get());
            Optional<ClaimsSetRequest> idToken = Optional.ofNullable(request.getIDTokenClaimsRequest());
            return new ClaimsParameter(
                    new RequestedClaims(
                            names(app, Optional.ofNullable(request.getUserInfoClaimsRequest())), names(app, idToken)),
                    idToken.map(claims -> claims.get("sub", null)).map(ClaimsSetRequest.Entry::getValueAsString),
                    idToken.map(claims -> claims.get("acr", null))
                            .map(entry -> acrValues(entry, knownAcrValues))
                            .orElse(List.of()));
        } catch (ParseException | IllegalArgumentException e) {
            throw new OAuthError(
                    OAuth2Error.INVALID_REQUEST.setDescription("The claims parameter cannot be read"),
                    "claims: " + e.getMessage(),
                    e);
        }
    }

    private static Set<String> names(App app, Optional<ClaimsSetRequest> request) {
        return request.stream()
                .flatMap(claims -> claims.getEntries().stream())
                .map(ClaimsSetRequest.Entry::getClaimName)
                .filter(name ->
                        ClaimRules.scopeOf(name).filter(app.scopes()::contains).isPresent())
                .collect(Collectors.toSet());
    }

    private static List<String> acrValues(ClaimsSetRequest.Entry entry, Set<String> known) {
        List<String> asked = entry.getValuesAsListOfStrings() != null
                ? entry.getValuesAsListOfStrings()
                : Optional.ofNullable(entry.getValueAsString()).map(List::of).orElse(List.of());
        boolean essential = entry.getClaimRequirement() == ClaimRequirement.ESSENTIAL;
        if (essential && !asked.isEmpty() && asked.stream().noneMatch(known::contains)) {
            throw new OAuthError(OIDCError.UNMET_AUTHENTICATION_REQUIREMENTS, "nobody proves one of " + asked);
        }
        return asked;
    }
}
