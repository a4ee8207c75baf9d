package dev.ssoportal.oidc;

import dev.ssoportal.crypto.SigningKeys;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import java.nio.charset.StandardCharsets;

/** {@code /oauth2/jwks}: the public keys (RFC 7517, section 5). */
public final class JwksEndpoint implements Endpoint {
    private final byte[] document;

    public JwksEndpoint(SigningKeys keys) {
        this.document = keys.publicKeys().toString(true).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Reply handle(WebExchange exchange) {
        return Reply.bytes(200, "application/jwk-set+json", document)
                .header("Cache-Control", "public, max-age=300")
                .header("Access-Control-Allow-Origin", "*");
    }
}
