package dev.ssoportal.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Trust for our own calls: what the JDK trusts, and what an operator adds, such as the authority of an internal network. */
final class TrustedCertificates {
    private TrustedCertificates() {}

    /** @throws UncheckedIOException when the file cannot be read */
    static SSLContext tls(Path pem) {
        try {
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            int number = 0;
            for (X509Certificate known : ofTheJdk().getAcceptedIssuers()) {
                all.setCertificateEntry("jdk-" + number++, known);
            }
            try (InputStream stream = Files.newInputStream(pem)) {
                for (Certificate added : CertificateFactory.getInstance("X.509").generateCertificates(stream)) {
                    all.setCertificateEntry("added-" + number++, added);
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(all);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + pem, e);
        } catch (GeneralSecurityException e) {
            throw new UncheckedIOException("no certificates in " + pem, new IOException(e));
        }
    }

    private static X509TrustManager ofTheJdk() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new IllegalStateException("the JDK trusts nobody");
    }
}
