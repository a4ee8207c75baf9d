package dev.ssoportal.oidc;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.OAuthError;
import java.net.URI;

/** Shows a {@link WebExchange} to Nimbus' parsers. */
final class NimbusRequests {
    private NimbusRequests() {}

    /**
     * A POST with a form, its Authorization header and its body.
     *
     * @throws OAuthError when the client authenticates in more than one way (RFC 6749, 2.3)
     */
    static HTTPRequest form(WebExchange exchange, URI endpoint) {
        if (!exchange.isForm()) {
            throw new OAuthError(OAuth2Error.INVALID_REQUEST, "the body is not application/x-www-form-urlencoded");
        }
        boolean inHeader = exchange.header("Authorization").isPresent();
        boolean bySecret = exchange.form().single("client_secret").isPresent();
        boolean byAssertion = exchange.form().single("client_assertion").isPresent();
        if ((inHeader && (bySecret || byAssertion)) || (bySecret && byAssertion)) {
            throw new OAuthError(OAuth2Error.INVALID_REQUEST, "more than one client authentication");
        }
        HTTPRequest request = new HTTPRequest(HTTPRequest.Method.POST, endpoint);
        request.setEntityContentType(ContentType.APPLICATION_URLENCODED);
        exchange.header("Authorization").ifPresent(request::setAuthorization);
        request.setBody(exchange.bodyText());
        return request;
    }
}
