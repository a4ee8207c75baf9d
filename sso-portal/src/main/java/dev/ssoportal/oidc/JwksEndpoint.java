package dev.ssoportal.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import dev.ssoportal.crypto.SigningKeys;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import java.nio.charset.StandardCharsets;

/** {@code /oauth2/jwks}: the public keys (RFC 7517, section 5). */
public final class JwksEndpoint implements Endpoint {
    private final SigningKeys keys;
    private volatile Document document = new Document(new JWKSet(), new byte[0]);

    @SuppressWarnings("ArrayRecordComponent") // written once, compared never
    private record Document(JWKSet keys, byte[] json) {}

    public JwksEndpoint(SigningKeys keys) {
        this.keys = keys;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        return Reply.bytes(200, "application/jwk-set+json", document().json())
                .header("Cache-Control", "public, max-age=300")
                .header("Access-Control-Allow-Origin", "*");
    }

    /** Written again only when the keys have changed: then it is another object. */
    @SuppressWarnings("ReferenceEquality")
    private Document document() {
        Document written = document;
        JWKSet published = keys.publicKeys();
        if (written.keys() != published) {
            written = new Document(published, published.toString(true).getBytes(StandardCharsets.UTF_8));
            document = written;
        }
        return written;
    }
}
