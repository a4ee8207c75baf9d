package dev.ssoportal.directory;

import com.nimbusds.jose.jwk.JWKSet;
import dev.ssoportal.config.PublicKeys;
import dev.ssoportal.config.Section;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * How a client proves who it is, and to what its access tokens are bound.
 *
 * @param secrets one or more, so that they can change without a moment at which none works
 * @param keys its public keys, as registered
 * @param certificateName the name in its certificate, where it authenticates by one
 * @param jwksUri where it publishes them
 */
public record Credentials(
        Client.Authentication authentication,
        List<ClientSecret> secrets,
        Optional<JWKSet> keys,
        Optional<URI> jwksUri,
        Optional<CertificateName> certificateName,
        SenderConstraint senderConstraint) {

    static Credentials read(Section section, Profile profile) {
        Client.Authentication authentication =
                section.choice("authentication", Client.Authentication.class, profile.authentication());
        Credentials credentials = new Credentials(
                authentication,
                section.sections("secrets", ClientSecret::read),
                PublicKeys.read(section, "jwks"),
                section.optionalUrl("jwks-uri"),
                authentication == Client.Authentication.TLS_CLIENT_AUTH
                        ? section.section("certificate", CertificateName::read)
                        : Optional.empty(),
                section.choice("sender-constraint", SenderConstraint.class, profile.senderConstraint()));
        credentials.findFault().ifPresent(fault -> section.problem(fault.key(), fault.text()));
        profile.findFault(credentials).ifPresent(fault -> section.problem(fault.key(), fault.text()));
        return credentials;
    }

    /** What does not fit together, by the key of the configuration that has to change. */
    record Fault(String key, String text) {}

    private Optional<Fault> findFault() {
        boolean hasKeys = keys.isPresent() || jwksUri.isPresent();
        if (!hasSecret() && !secrets.isEmpty()) {
            return Optional.of(new Fault("secrets", "would never be used: it authenticates otherwise"));
        }
        return switch (authentication) {
            case CLIENT_SECRET_BASIC, CLIENT_SECRET_POST ->
                secrets.isEmpty()
                        ? Optional.of(new Fault("secrets", "is missing; \"new-secret\" makes one"))
                        : Optional.empty();
            case PRIVATE_KEY_JWT, SELF_SIGNED_TLS_CLIENT_AUTH ->
                hasKeys
                        ? Optional.empty()
                        : Optional.of(new Fault("jwks", "give jwks or jwks-uri with the client's public keys"));
            case TLS_CLIENT_AUTH, NONE -> Optional.empty();
        };
    }

    /** Whether it shows a certificate. */
    public boolean isByCertificate() {
        return authentication == Client.Authentication.TLS_CLIENT_AUTH
                || authentication == Client.Authentication.SELF_SIGNED_TLS_CLIENT_AUTH;
    }

    /** Whether it could not do without showing one. */
    public boolean needsCertificates() {
        return isByCertificate() || senderConstraint == SenderConstraint.CERTIFICATE;
    }

    boolean hasSecret() {
        return authentication == Client.Authentication.CLIENT_SECRET_BASIC
                || authentication == Client.Authentication.CLIENT_SECRET_POST;
    }
}
