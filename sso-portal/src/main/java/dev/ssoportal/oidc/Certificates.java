package dev.ssoportal.oidc;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.token.Confirmation;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Client certificates of TLS. */
final class Certificates {
    private Certificates() {}

    /** Its thumbprint (RFC 8705, 3.1). */
    static Confirmation confirmation(X509Certificate certificate) {
        try {
            byte[] hash = SecretHash.sha256(certificate.getEncoded());
            return Confirmation.certificate(
                    Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that came over TLS has an encoding", e);
        }
    }
}
