package dev.ssoportal.http;

import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * Reads the certificate that a proxy says it has seen: a structured field ({@code :…:}, RFC 9440, section 2.2), PEM with percent-encoding as
 * nginx writes it, or bare Base64.
 */
final class CertificateHeader {
    private CertificateHeader() {}

    /** @throws PageError when it cannot be read: whoever should not get further must not pass as somebody without */
    static X509Certificate parse(String value) {
        try {
            byte[] der = Base64.getDecoder().decode(base64(value.strip()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new PageError(400, "error.bad-request", "an unreadable client certificate", e);
        }
    }

    private static String base64(String value) {
        if (value.startsWith(":") && value.endsWith(":") && value.length() > 1) {
            return value.substring(1, value.length() - 1);
        }
        // A plus is a plus here, and not a space.
        String pem = URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.US_ASCII);
        return pem.replaceAll("-----(BEGIN|END) CERTIFICATE-----", "").replaceAll("\\s", "");
    }
}
