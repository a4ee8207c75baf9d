package dev.ssoportal.oidc;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.ssoportal.http.WebExchange;
import java.net.URI;

/** Shows a {@link WebExchange} to Nimbus' parsers. */
final class NimbusRequests {
    private NimbusRequests() {}

    /** A POST with a form, its Authorization header and its body. */
    static HTTPRequest form(WebExchange exchange, URI endpoint) {
        HTTPRequest request = new HTTPRequest(HTTPRequest.Method.POST, endpoint);
        request.setEntityContentType(ContentType.APPLICATION_URLENCODED);
        exchange.header("Authorization").ifPresent(request::setAuthorization);
        request.setBody(exchange.bodyText());
        return request;
    }
}
