package dev.ssoportal.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64;
import dev.ssoportal.directory.Client;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Recognises clients by the certificates that they show in TLS (<a href="https://www.rfc-editor.org/rfc/rfc8705#section-2">RFC 8705,
 * section 2</a>): by a name that an authority vouches for, or by a key that they are registered with.
 */
public final class ClientCertificates {
    private final Set<TrustAnchor> authorities;
    private final ClientKeySets keys;
    private final Clock clock;

    /**
     * @param trust a PEM file with authorities; without one nobody is recognised by name
     * @throws UncheckedIOException when it cannot be read
     */
    public ClientCertificates(Optional<Path> trust, ClientKeySets keys, Clock clock) {
        this.authorities = trust.map(ClientCertificates::read).orElse(Set.of());
        this.keys = keys;
        this.clock = clock;
    }

    private static Set<TrustAnchor> read(Path pem) {
        try (InputStream stream = Files.newInputStream(pem)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(stream).stream()
                    .map(certificate -> new TrustAnchor((X509Certificate) certificate, null))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + pem, e);
        } catch (GeneralSecurityException e) {
            throw new UncheckedIOException("no certificates in " + pem, new IOException(e));
        }
    }

    /** What is wrong with the certificate that a client has shown, for the log; empty when it is the client's. */
    Optional<String> findFault(Client client, List<X509Certificate> shown) {
        if (shown.isEmpty()) {
            return Optional.of("no client certificate");
        }
        X509Certificate certificate = shown.get(0);
        if (client.credentials().authentication() == Client.Authentication.SELF_SIGNED_TLS_CLIENT_AUTH) {
            return keys.of(client).stream().anyMatch(key -> isKeyOf(key, certificate))
                    ? Optional.empty()
                    : Optional.of("not the certificate of a key of the client");
        }
        if (client.credentials()
                .certificateName()
                .filter(name -> name.isIn(certificate))
                .isEmpty()) {
            return Optional.of("certificate of " + certificate.getSubjectX500Principal());
        }
        return findFaultInPath(shown);
    }

    private static boolean isKeyOf(JWK key, X509Certificate certificate) {
        try {
            List<Base64> chain = key.getX509CertChain();
            if (chain != null && !chain.isEmpty()) {
                return Arrays.equals(chain.get(0).decode(), certificate.getEncoded());
            }
            return key instanceof AsymmetricJWK asymmetric
                    && asymmetric.toPublicKey().equals(certificate.getPublicKey());
        } catch (CertificateEncodingException | JOSEException e) {
            return false;
        }
    }

    private Optional<String> findFaultInPath(List<X509Certificate> shown) {
        if (authorities.isEmpty()) {
            return Optional.of("no authority to vouch for a certificate");
        }
        try {
            X509CertSelector leaf = new X509CertSelector();
            leaf.setCertificate(shown.get(0));
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(authorities, leaf);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            parameters.addCertStore(CertStore.getInstance(
                    "Collection", new CollectionCertStoreParameters(List.<Certificate>copyOf(shown))));
            Object unused = CertPathBuilder.getInstance("PKIX").build(parameters);
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.of("no authority vouches for the certificate: " + e.getMessage());
        }
    }
}
