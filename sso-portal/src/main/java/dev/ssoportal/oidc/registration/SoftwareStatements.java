package dev.ssoportal.oidc.registration;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import dev.ssoportal.config.RegistrationConfig;
import dev.ssoportal.oidc.ClientKeySets;
import dev.ssoportal.token.OAuthError;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.minidev.json.JSONObject;

/**
 * Software statements (<a href="https://www.rfc-editor.org/rfc/rfc7591#section-2.3">RFC 7591, 2.3</a>): what somebody whom the operator trusts
 * says of a piece of software goes before what it says of itself.
 */
final class SoftwareStatements {
    private static final String STATEMENT = "software_statement";

    /** What is about the statement, and not about the software. */
    private static final Set<String> OF_THE_STATEMENT =
            Set.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti", STATEMENT, "client_id", "client_secret");

    private final RegistrationConfig config;
    private final Clock clock;

    SoftwareStatements(RegistrationConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Metadata as they count: with those of their statement, if they have one, in the place of others.
     *
     * @throws OAuthError {@code unapproved_software_statement}, {@code invalid_software_statement}, {@code invalid_client_metadata}
     */
    String approved(String json) {
        JSONObject metadata = ClientMetadataReader.object(json);
        Object statement = metadata.get(STATEMENT);
        if (statement == null) {
            if (config.requireSoftwareStatement()) {
                throw ClientMetadataReader.invalid("a software_statement is required");
            }
            return json;
        }
        if (!(statement instanceof String jwt)) {
            throw refused(RegistrationError.INVALID_SOFTWARE_STATEMENT, "not a string");
        }
        Map<String, Object> said = verified(jwt).getClaims();
        said.forEach((name, value) -> {
            if (!OF_THE_STATEMENT.contains(name)) {
                metadata.put(name, value);
            }
        });
        return metadata.toJSONString();
    }

    private JWTClaimsSet verified(String text) {
        try {
            SignedJWT jwt = SignedJWT.parse(text);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            RegistrationConfig.StatementIssuer issuer = config.statementIssuers().stream()
                    .filter(candidate -> candidate.issuer().equals(claims.getIssuer()))
                    .findFirst()
                    .orElseThrow(() -> refused(
                            RegistrationError.UNAPPROVED_SOFTWARE_STATEMENT,
                            "Software statements of this issuer are not accepted here"));
            if (!ClientKeySets.verifies(issuer.keys(), jwt)) {
                throw refused(RegistrationError.INVALID_SOFTWARE_STATEMENT, "The signature is no good");
            }
            if (!(claims.getClaim("software_id") instanceof String)) {
                // Other things are signed with the same keys, such as ID tokens.
                throw refused(RegistrationError.INVALID_SOFTWARE_STATEMENT, "It has no software_id");
            }
            if (isOutOfTime(claims)) {
                throw refused(RegistrationError.INVALID_SOFTWARE_STATEMENT, "It has expired, or is not valid yet");
            }
            return claims;
        } catch (java.text.ParseException e) {
            throw new OAuthError(RegistrationError.INVALID_SOFTWARE_STATEMENT, "not a signed JWT", e);
        }
    }

    private boolean isOutOfTime(JWTClaimsSet claims) {
        Instant now = clock.instant();
        boolean expired = Optional.ofNullable(claims.getExpirationTime())
                .map(Date::toInstant)
                .filter(end -> !end.isAfter(now))
                .isPresent();
        boolean early = Optional.ofNullable(claims.getNotBeforeTime())
                .map(Date::toInstant)
                .filter(begin -> begin.isAfter(now))
                .isPresent();
        return expired || early;
    }

    private static OAuthError refused(ErrorObject error, String description) {
        return new OAuthError(error.setDescription(description), description);
    }
}
