package dev.ssoportal.http;

/**
 * Lets apps in browsers read the answers of endpoints for programs, from wherever they are served (<a
 * href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, 3.3</a>). Those endpoints look at no cookie, so that there is nothing a foreign
 * page could borrow.
 */
public final class Cors implements Endpoint {
    private final Endpoint endpoint;

    public Cors(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        return endpoint.handle(exchange)
                .header("Access-Control-Allow-Origin", "*")
                .header("Access-Control-Expose-Headers", "DPoP-Nonce, WWW-Authenticate, Retry-After");
    }

    /** The answer to a browser that asks before it sends. */
    public static Reply preflight(WebExchange exchange) {
        return Reply.empty(204)
                .header("Access-Control-Allow-Origin", "*")
                .header("Access-Control-Allow-Methods", "GET, POST")
                .header("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP")
                .header("Access-Control-Max-Age", "600");
    }
}
