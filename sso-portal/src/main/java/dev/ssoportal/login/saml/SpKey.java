package dev.ssoportal.login.saml;

import dev.ssoportal.crypto.SigningKeyStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The key with which we sign to SAML providers and with which they encrypt to us: RSA 3072, self-signed, ten years, made once. */
public record SpKey(PrivateKey privateKey, X509Certificate certificate) {
    private static final int RSA_BITS = 3072;
    private static final Duration LIFE = Duration.ofDays(3650);

    /** The installation's key, the same on every member. */
    public static SpKey load(SigningKeyStore store, String baseUrl, Instant now) {
        SigningKeyStore.StoredKey stored = store.findOrCreate("saml-sp", () -> generate(baseUrl, now));
        try {
            PrivateKey privateKey = KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(stored.privatePart())));
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(Base64.getDecoder().decode(stored.publicPart())));
            return new SpKey(privateKey, certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the stored SAML key is unusable", e);
        }
    }

    private static SigningKeyStore.StoredKey generate(String baseUrl, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            KeyPair pair = generator.generateKeyPair();
            X500Principal name =
                    new X500Principal("CN=" + java.net.URI.create(baseUrl).getHost());
            byte[] certificate = new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.valueOf(now.toEpochMilli()),
                            Date.from(now.minus(Duration.ofMinutes(5))),
                            Date.from(now.plus(LIFE)),
                            name,
                            pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
                    .getEncoded();
            Base64.Encoder base64 = Base64.getEncoder();
            return new SigningKeyStore.StoredKey(
                    "saml-sp",
                    base64.encodeToString(certificate),
                    base64.encodeToString(pair.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("cannot make a SAML key", e);
        }
    }
}
