package dev.ssoportal.oidc;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.Confirmation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
        @JsonProperty("refresh_token") Optional<String> refreshToken,
        @JsonProperty("authorization_details") List<Map<String, Object>> details) {

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
                refreshToken,
                List.of());
    }

    /** The same, for some authorization details (RFC 9396, section 7). */
    TokenAnswer with(List<Map<String, Object>> granted) {
        return new TokenAnswer(accessToken, tokenType, expiresIn, scope, idToken, refreshToken, granted);
    }

    byte[] toJson() {
        return Json.write(this);
    }
}
