package dev.ssoportal.oidc;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.App;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.token.OAuthError;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads signed authorization requests (<a href="https://www.rfc-editor.org/rfc/rfc9101">RFC 9101</a>): only what is in them counts. Unsigned
 * ones are refused, and so is anything that cannot be verified.
 */
public final class RequestObjects {
    private static final Duration SKEW = Duration.ofSeconds(30);

    /** FAPI 2.0 Message Signing, 5.3.1: no older than that, and valid no longer. */
    private static final Duration LONGEST = Duration.ofMinutes(60);

    private static final Set<String> ENVELOPE = Set.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti");

    private final String issuer;
    private final ClientKeySets keys;
    private final Clock clock;

    public RequestObjects(String issuer, ClientKeySets keys, Clock clock) {
        this.issuer = issuer;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * The parameters in a request object.
     *
     * @throws OAuthError {@code invalid_request_object}
     */
    Parameters read(App app, String requestObject) {
        try {
            SignedJWT jwt = SignedJWT.parse(requestObject);
            if (!keys.verifies(app, jwt, app.rules().requestAlgorithms())) {
                throw refused("no key of " + app.id() + " verifies it, or not with such an algorithm");
            }
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            findFault(app, claims).ifPresent(fault -> {
                throw refused(fault);
            });
            return parameters(app, claims);
        } catch (ParseException e) {
            throw refused("unreadable: " + e.getMessage());
        }
    }

    private Optional<String> findFault(App app, JWTClaimsSet claims) throws ParseException {
        if (claims.getClaim("request") != null || claims.getClaim("request_uri") != null) {
            return Optional.of("a request within a request");
        }
        if (app.id().equals(claims.getSubject())) {
            // It could be taken for an assertion by which the client authenticates (RFC 9101, 10.8).
            return Optional.of("sub is the client");
        }
        boolean strict = app.rules().requireSignedRequest() || app.rules().isFapi2();
        if (claims.getIssuer() == null ? strict : !claims.getIssuer().equals(app.id())) {
            return Optional.of("iss is not the client");
        }
        if (claims.getClaim("client_id") != null && !app.id().equals(claims.getStringClaim("client_id"))) {
            return Optional.of("client_id is another client");
        }
        boolean anybody = claims.getAudience().isEmpty() && !strict;
        if (!anybody && !claims.getAudience().contains(issuer)) {
            return Optional.of("meant for " + claims.getAudience());
        }
        return findFaultInTime(claims, strict);
    }

    private Optional<String> findFaultInTime(JWTClaimsSet claims, boolean strict) {
        Instant now = clock.instant();
        Optional<Instant> expires =
                Optional.ofNullable(claims.getExpirationTime()).map(Date::toInstant);
        Optional<Instant> begins =
                Optional.ofNullable(claims.getNotBeforeTime()).map(Date::toInstant);
        if (strict && (expires.isEmpty() || begins.isEmpty())) {
            return Optional.of("without exp and nbf");
        }
        if (expires.filter(end -> !end.plus(SKEW).isAfter(now)).isPresent()) {
            return Optional.of("expired");
        }
        if (claims.getIssueTime() != null && claims.getIssueTime().toInstant().isAfter(now.plus(SKEW))) {
            return Optional.of("made in the future");
        }
        if (begins.filter(begin -> begin.isAfter(now.plus(SKEW))).isPresent()) {
            return Optional.of("not valid yet");
        }
        if (strict
                && (begins.get().isBefore(now.minus(LONGEST))
                        || Duration.between(begins.get(), expires.get()).compareTo(LONGEST) > 0)) {
            return Optional.of("older than an hour, or valid for longer");
        }
        return Optional.empty();
    }

    private static Parameters parameters(App app, JWTClaimsSet claims) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        claims.getClaims().forEach((name, value) -> {
            if (!ENVELOPE.contains(name) && value != null) {
                parameters.put(name, texts(name, value));
            }
        });
        parameters.put("client_id", List.of(app.id()));
        return Parameters.of(parameters);
    }

    /** JSON where a parameter holds JSON, several values where it may stand several times. */
    private static List<String> texts(String name, Object value) {
        if (value instanceof Map<?, ?> || "authorization_details".equals(name)) {
            return List.of(json(value));
        }
        if (!(value instanceof List<?> values)) {
            return List.of(String.valueOf(value));
        }
        if (!"resource".equals(name) || values.isEmpty()) {
            throw refused(name + " is a list");
        }
        return values.stream().map(String::valueOf).toList();
    }

    private static String json(Object value) {
        String wrapped = JSONObjectUtils.toJSONString(Map.of("v", value));
        return wrapped.substring("{\"v\":".length(), wrapped.length() - 1);
    }

    private static OAuthError refused(String reason) {
        return new OAuthError(OAuth2Error.INVALID_REQUEST_OBJECT, "request object: " + reason);
    }
}
