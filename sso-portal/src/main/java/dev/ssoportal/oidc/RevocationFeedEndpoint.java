package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.AccessToken;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.Revocations;
import java.time.Instant;

/**
 * {@code GET /oauth2/revocations}: server-sent events, one per revocation, for whoever has a token for us with the scope {@code
 * revocations}. {@code Last-Event-ID} resumes. The stream ends with the token.
 */
public final class RevocationFeedEndpoint implements Endpoint {
    private static final int MAX_ID = 18;

    private final String issuer;
    private final PresentedTokens tokens;
    private final RevocationFeed feed;

    public RevocationFeedEndpoint(String issuer, PresentedTokens tokens, RevocationFeed feed) {
        this.issuer = issuer;
        this.tokens = tokens;
        this.feed = feed;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        AccessToken token = tokens.require(exchange);
        if (!token.audience().contains(issuer) || !token.scopes().contains(Revocations.SCOPE)) {
            throw new OAuthError(
                    BearerTokenError.INSUFFICIENT_SCOPE.setScope(new Scope(Revocations.SCOPE)),
                    token.clientId() + " may not hear of revocations");
        }
        Instant since = since(exchange);
        if (feed.isFull()) {
            throw new PageError(503, "error.unavailable", "too many readers of the revocation feed");
        }
        return Reply.events(stream -> feed.open(stream, token, since));
    }

    private static Instant since(WebExchange exchange) {
        String id = exchange.header("Last-Event-ID").orElse("0");
        if (id.isEmpty() || id.length() > MAX_ID || !id.chars().allMatch(Character::isDigit)) {
            throw new PageError(400, "error.bad-request", "a Last-Event-ID that is none of ours");
        }
        return Instant.ofEpochMilli(Long.parseLong(id));
    }
}
