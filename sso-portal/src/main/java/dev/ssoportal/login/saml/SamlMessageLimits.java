package dev.ssoportal.login.saml;

import dev.ssoportal.http.PageError;
import dev.ssoportal.http.WebExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Refuses a message of the redirect binding that would unpack to more than any honest one: the decoder behind has no limit. */
final class SamlMessageLimits {
    private static final int MAX_BYTES = 128 * 1024;

    private SamlMessageLimits() {}

    /** @throws PageError when the message cannot be unpacked within the limit */
    static void check(WebExchange exchange) {
        if ("POST".equals(exchange.method())) {
            return;
        }
        String message = exchange.query().single("SAMLRequest").orElse("");
        // The decoder behind is lenient about what is Base64; what it reads has to be what is checked here.
        if (!message.matches("[A-Za-z0-9+/=]*")) {
            throw new PageError(400, "error.bad-request", "a SAML message that is not Base64");
        }
        try (InputStream inflated = new InflaterInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(message)), new Inflater(true))) {
            if (inflated.readNBytes(MAX_BYTES + 1).length > MAX_BYTES) {
                throw new PageError(
                        413, "error.too-large", "a SAML message that unpacks to more than " + MAX_BYTES + " bytes");
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new PageError(400, "error.bad-request", "a SAML message that cannot be unpacked", e);
        }
    }
}
