package dev.ssoportal.testing;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate and its key, signed by itself or by another. */
public record TestCertificate(X509Certificate certificate, KeyPair keys) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    public static TestCertificate authority(String name) throws Exception {
        return create(name, "", null, true);
    }

    public static TestCertificate selfSigned(String name, String dnsName) throws Exception {
        return create(name, dnsName, null, false);
    }

    public TestCertificate issue(String name, String dnsName) throws Exception {
        return create(name, dnsName, this, false);
    }

    private static TestCertificate create(String name, String dnsName, TestCertificate issuer, boolean authority)
            throws Exception {
        KeyPair pair = FakeSamlProvider.rsa();
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer == null ? new X500Principal(name) : issuer.certificate.getSubjectX500Principal(),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(now.minusSeconds(60)),
                Date.from(now.plusSeconds(3600)),
                new X500Principal(name),
                pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (!dnsName.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
        }
        KeyPair signer = issuer == null ? pair : issuer.keys;
        byte[] encoded = builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(signer.getPrivate()))
                .getEncoded();
        return new TestCertificate(
                (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded)),
                pair);
    }

    /** Writes both as PKCS#12 with the password "changeit". */
    public Path keyStore(Path file) throws Exception {
        try (OutputStream stream = Files.newOutputStream(file)) {
            keyStore().store(stream, PASSWORD);
        }
        return file;
    }

    private KeyStore keyStore() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("tls", keys.getPrivate(), PASSWORD, new Certificate[] {certificate});
        return store;
    }

    public Path pem(Path file) throws Exception {
        return Files.writeString(
                file,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }

    /** TLS of a server that shows this certificate. */
    public SSLContext serverTls() throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keyStore(), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** TLS that trusts this certificate, and shows another. */
    public SSLContext trustedBy(TestCertificate client) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("portal", certificate);
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(client == null ? null : client.keyStore(), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(client == null ? null : keyManagers.getKeyManagers(), managers.getTrustManagers(), null);
        return context;
    }
}
