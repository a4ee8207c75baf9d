package dev.ssoportal.oidc;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.Confirmation;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A successful answer of the token endpoint (RFC 6749, 5.1). */
public record TokenAnswer(
        @JsonProperty("access_token") String accessToken,
        @JsonProperty("token_type") String tokenType,
        @JsonProperty("expires_in") long expiresIn,
        @JsonProperty("scope") String scope,
        @JsonProperty("id_token") Optional<String> idToken,
        @JsonProperty("refresh_token") Optional<String> refreshToken) {

    static TokenAnswer of(
            String accessToken,
            Optional<Confirmation> confirmation,
            Duration lifetime,
            Set<String> scopes,
            Optional<String> idToken,
            Optional<String> refreshToken) {
        return new TokenAnswer(
                accessToken,
                confirmation.filter(Confirmation::isKey).isPresent() ? "DPoP" : "Bearer",
                lifetime.toSeconds(),
                String.join(" ", new TreeSet<>(scopes)),
                idToken,
                refreshToken);
    }

    byte[] toJson() {
        return Json.write(this);
    }
}
