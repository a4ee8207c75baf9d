package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.AccessToken;
import dev.ssoportal.token.AccessTokens;
import dev.ssoportal.token.OAuthError;
import java.util.Optional;

/** Reads and checks the bearer token of a request (RFC 6750, section 2): from the header, or from the form of a POST, not from both. */
final class BearerTokens {
    private final AccessTokens accessTokens;

    BearerTokens(AccessTokens accessTokens) {
        this.accessTokens = accessTokens;
    }

    AccessToken require(WebExchange exchange) {
        Optional<String> inHeader = exchange.header("Authorization")
                .filter(header -> header.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(header -> header.substring(7).strip());
        Optional<String> inForm =
                "POST".equals(exchange.method()) ? exchange.form().single("access_token") : Optional.empty();
        if (inHeader.isPresent() && inForm.isPresent()) {
            throw new OAuthError(BearerTokenError.INVALID_REQUEST, "a token in the header and another in the form");
        }
        String token = inHeader.or(() -> inForm)
                .orElseThrow(() -> new OAuthError(BearerTokenError.MISSING_TOKEN, "no bearer token"));
        return accessTokens
                .check(token)
                .orElseThrow(() -> new OAuthError(BearerTokenError.INVALID_TOKEN, "not a good token of ours"));
    }
}
