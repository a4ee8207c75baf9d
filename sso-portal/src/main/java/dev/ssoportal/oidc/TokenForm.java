package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.token.OAuthError;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The parameters of a token request (RFC 6749, 4.1.3, 4.4.2, 6; RFC 8707, 2). */
public record TokenForm(Parameters parameters) {

    /** @throws OAuthError {@code invalid_request} when it is missing */
    String required(String name) {
        return optional(name)
                .orElseThrow(() -> new OAuthError(
                        OAuth2Error.INVALID_REQUEST.setDescription("Missing " + name + " parameter"), "no " + name));
    }

    /** Empty counts as absent (RFC 6749, 3.2). */
    Optional<String> optional(String name) {
        return parameters.single(name).filter(value -> !value.isEmpty());
    }

    Set<String> scopes() {
        Optional<String> scope = optional("scope");
        if (scope.isEmpty()) {
            return Set.of();
        }
        Set<String> scopes = new LinkedHashSet<>();
        Collections.addAll(scopes, scope.get().split(" "));
        scopes.remove("");
        return scopes;
    }

    /** The APIs asked for by {@code resource}, which may stand several times, or by {@code audience}. */
    Set<String> targets() {
        Set<String> targets = new LinkedHashSet<>(parameters.asMap().getOrDefault("resource", List.of()));
        targets.addAll(parameters.asMap().getOrDefault("audience", List.of()));
        targets.remove("");
        return targets;
    }
}
