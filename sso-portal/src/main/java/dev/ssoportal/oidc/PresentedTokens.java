package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.oauth2.sdk.token.DPoPTokenError;
import com.nimbusds.oauth2.sdk.token.TokenSchemeError;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.AccessToken;
import dev.ssoportal.token.AccessTokens;
import dev.ssoportal.token.OAuthError;
import java.util.Optional;

/**
 * Reads and checks the access token of a request: as {@code Bearer} (RFC 6750, section 2), from the header or the form of a POST, not from
 * both; or as {@code DPoP} (RFC 9449, 7.1). A token that is bound is worth nothing to anybody else.
 */
public final class PresentedTokens {
    private static final String BEARER = "Bearer ";
    private static final String DPOP = "DPoP ";

    private final AccessTokens accessTokens;
    private final SenderProofs proofs;

    public PresentedTokens(AccessTokens accessTokens, SenderProofs proofs) {
        this.accessTokens = accessTokens;
        this.proofs = proofs;
    }

    AccessToken require(WebExchange exchange) {
        Optional<String> header = exchange.header("Authorization");
        Optional<String> byKey = header.flatMap(value -> after(DPOP, value));
        Optional<String> inHeader = byKey.or(() -> header.flatMap(value -> after(BEARER, value)));
        Optional<String> inForm =
                "POST".equals(exchange.method()) ? exchange.form().single("access_token") : Optional.empty();
        if (inHeader.isPresent() && inForm.isPresent()) {
            throw new OAuthError(BearerTokenError.INVALID_REQUEST, "a token in the header and another in the form");
        }
        String text = inHeader.or(() -> inForm)
                .orElseThrow(() -> new OAuthError(BearerTokenError.MISSING_TOKEN, "no access token"));
        TokenSchemeError invalid = byKey.isPresent() ? DPoPTokenError.INVALID_TOKEN : BearerTokenError.INVALID_TOKEN;
        AccessToken token =
                accessTokens.check(text).orElseThrow(() -> new OAuthError(invalid, "not a good token of ours"));
        proofs.requireSender(exchange, text, token, byKey.isPresent());
        return token;
    }

    /** The token in the header of a request, as {@code Bearer}. */
    public static Optional<String> bearer(WebExchange exchange) {
        return exchange.header("Authorization").flatMap(value -> after(BEARER, value));
    }

    private static Optional<String> after(String scheme, String header) {
        return header.regionMatches(true, 0, scheme, 0, scheme.length())
                ? Optional.of(header.substring(scheme.length()).strip())
                : Optional.empty();
    }
}
