package dev.ssoportal.directory;

import dev.ssoportal.config.Section;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** The name in a certificate that a client is recognised by (<a href="https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2">RFC 8705, 2.1.2</a>). */
public record CertificateName(Kind kind, String value) {

    /** Which name. */
    public enum Kind {
        SUBJECT_DN(0),
        SAN_EMAIL(1),
        SAN_DNS(2),
        SAN_URI(6),
        SAN_IP(7);

        /** The tag of a GeneralName (RFC 5280, 4.2.1.6). */
        private final int tag;

        Kind(int tag) {
            this.tag = tag;
        }
    }

    /** Exactly one has to be given. */
    static Optional<CertificateName> read(Section section) {
        List<CertificateName> names = List.of(Kind.values()).stream()
                .flatMap(kind -> section
                        .optionalString(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .map(value -> new CertificateName(kind, value))
                        .stream())
                .toList();
        if (names.size() != 1) {
            section.problem("subject-dn", "give one of subject-dn, san-dns, san-uri, san-ip, san-email");
            return Optional.empty();
        }
        if (names.get(0).kind == Kind.SUBJECT_DN && names.get(0).principal().isEmpty()) {
            section.problem("subject-dn", "is not a distinguished name, such as \"CN=orders,O=Example\"");
        }
        return Optional.of(names.get(0));
    }

    private Optional<X500Principal> principal() {
        try {
            return Optional.of(new X500Principal(value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public boolean isIn(X509Certificate certificate) {
        if (kind == Kind.SUBJECT_DN) {
            return principal().equals(Optional.of(certificate.getSubjectX500Principal()));
        }
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .anyMatch(
                                    name -> Integer.valueOf(kind.tag).equals(name.get(0)) && value.equals(name.get(1)));
        } catch (CertificateParsingException e) {
            return false;
        }
    }
}
