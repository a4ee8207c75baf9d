package dev.ssoportal.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import dev.ssoportal.crypto.SigningKeys;
import dev.ssoportal.store.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes signed JWTs in compact form (RFC 7515, 7.1). The header of a key and type is encoded once; the rest is one pass of JSON and Base64
 * around the signature, which Nimbus makes.
 */
final class JwtWriter {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final SigningKeys keys;
    private final Map<Kind, Header> headers = new ConcurrentHashMap<>();

    private record Kind(String keyId, JOSEObjectType type) {}

    private record Header(JWSHeader header, String encoded) {}

    JwtWriter(SigningKeys keys) {
        this.keys = keys;
    }

    String write(JWSAlgorithm algorithm, JOSEObjectType type, Map<String, Object> claims) {
        SigningKeys.Current key = keys.current(algorithm);
        Header header = headers.computeIfAbsent(new Kind(key.keyId(), type), kind -> header(algorithm, kind));
        String signed = header.encoded() + "." + BASE64URL.encodeToString(Json.write(claims));
        try {
            return signed + "." + key.signer().sign(header.header(), signed.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot sign with our own key", e);
        }
    }

    private static Header header(JWSAlgorithm algorithm, Kind kind) {
        JWSHeader header = new JWSHeader.Builder(algorithm)
                .keyID(kind.keyId())
                .type(kind.type())
                .build();
        return new Header(header, header.toBase64URL().toString());
    }
}
