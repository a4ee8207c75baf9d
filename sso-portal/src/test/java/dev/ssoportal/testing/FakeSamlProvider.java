package dev.ssoportal.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.security.auth.x500.X500Principal;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.xml.security.encryption.EncryptedData;
import org.apache.xml.security.encryption.EncryptedKey;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.keys.KeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * A SAML identity provider written without OpenSAML, so that what it sends does not share the portal's mistakes. It signs with the JDK and
 * does as a test tells it.
 */
public final class FakeSamlProvider {
    public static final String RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    public static final String RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    private static final String SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    private static final String ASSERTION_NS = "urn:oasis:names:tc:SAML:2.0:assertion";

    private final String entityId;
    private KeyPair key;
    private X509Certificate certificate;
    private X509Certificate spCertificate;

    public final Map<String, String> attributes = new LinkedHashMap<>(Map.of(
            "uid", "dora", "displayName", "Dora Partner", "mail", "dora@partner.example", "groups", "engineering"));
    public String nameId = "dora-persistent-id";
    public String nameIdFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    public String issuer;
    public String audience;
    public String recipient;
    public String destination;
    public String inResponseTo;
    public String confirmationInResponseTo;
    public String status = "urn:oasis:names:tc:SAML:2.0:status:Success";
    public Instant notOnOrAfter = Instant.now().plusSeconds(300);
    public Instant authnInstant = Instant.now();
    public boolean signAssertion = true;
    public boolean signResponse;
    public String signatureAlgorithm = RSA_SHA256;
    public String digestAlgorithm = SHA256;
    public String encryption = "";
    public String keyTransport = XMLCipher.RSA_OAEP;
    public String sessionIndex = "session-" + UUID.randomUUID();

    /** Changes the document after it was signed and before it is encrypted and sent. */
    public UnaryOperator<String> tamper = xml -> xml;

    public FakeSamlProvider() {
        this("https://saml.partner.example/" + UUID.randomUUID(), rsa());
    }

    private FakeSamlProvider(String entityId, KeyPair key) {
        org.apache.xml.security.Init.init();
        this.entityId = entityId;
        this.issuer = entityId;
        this.key = key;
        this.certificate = certificate(key);
    }

    /** The same provider, telling the truth again. */
    public FakeSamlProvider again() {
        return new FakeSamlProvider(entityId, key);
    }

    public static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate certificate(KeyPair key) {
        try {
            X500Principal name = new X500Principal("CN=saml.partner.example");
            Instant now = Instant.now();
            byte[] encoded = new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.valueOf(now.toEpochMilli()),
                            Date.from(now.minusSeconds(60)),
                            Date.from(now.plus(Duration.ofDays(365))),
                            name,
                            key.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withRSA").build(key.getPrivate()))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public String entityId() {
        return entityId;
    }

    /** Signs with another key from now on. */
    public void changeKey() {
        key = rsa();
        certificate = certificate(key);
    }

    public X509Certificate signingCertificate() {
        return certificate;
    }

    public String metadata(X509Certificate... certificates) {
        StringBuilder keys = new StringBuilder();
        for (X509Certificate one : certificates.length == 0 ? new X509Certificate[] {certificate} : certificates) {
            try {
                keys.append("<md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>")
                        .append(Base64.getEncoder().encodeToString(one.getEncoded()))
                        .append("</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
        return """
                <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="%1$s">
                  <md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
                    %2$s
                    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%1$s/slo"/>
                    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="%1$s/slo"/>
                    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%1$s/sso"/>
                    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="%1$s/sso"/>
                  </md:IDPSSODescriptor>
                </md:EntityDescriptor>
                """.formatted(entityId, keys);
    }

    public Path metadataFile() {
        try {
            return Files.writeString(Files.createTempFile("idp", ".xml"), metadata());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** YAML of this provider for a portal. */
    public String yaml(String id, Path metadata, String... lines) {
        StringBuilder yaml = new StringBuilder("""
                  - id: %s
                    name: Partner %s
                    type: saml
                    metadata: %s
                    roles: [{claim: groups, contains: engineering, roles: [staff, engineer]}]
                """.formatted(id, id, metadata));
        for (String line : lines) {
            yaml.append("    ").append(line).append('\n');
        }
        return yaml.toString();
    }

    /** The AuthnRequest of a redirect. */
    public static String request(Answer redirect) {
        byte[] deflated = Base64.getDecoder()
                .decode(redirect.locationParameter("SAMLRequest").orElseThrow());
        try (InflaterInputStream stream =
                new InflaterInputStream(new ByteArrayInputStream(deflated), new Inflater(true))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String attribute(String xml, String name) {
        Matcher matcher = Pattern.compile(" " + name + "=\"([^\"]*)\"").matcher(xml);
        if (!matcher.find()) {
            throw new AssertionError("no attribute " + name + " in " + xml);
        }
        return matcher.group(1);
    }

    /** The answer to a request, as the form that the browser posts: name, value, name, value. */
    public String[] answer(Answer redirect, TestPortal portal, String id) {
        String request = request(redirect);
        return new String[] {
            "SAMLResponse", response(attribute(request, "ID"), portal.baseUrl() + "/federation/" + id),
            "RelayState", redirect.locationParameter("RelayState").orElseThrow()
        };
    }

    /** A response in Base64. */
    public String response(String requestId, String federationUrl) {
        String acs = federationUrl + "/callback";
        String answered = inResponseTo == null ? requestId : inResponseTo;
        String confirmed = confirmationInResponseTo == null ? answered : confirmationInResponseTo;
        StringBuilder attributeXml = new StringBuilder();
        attributes.forEach((name, value) -> attributeXml.append(
                "<saml:Attribute Name=\"%s\"><saml:AttributeValue>%s</saml:AttributeValue></saml:Attribute>"
                        .formatted(name, value)));
        String responseTo = answered.isEmpty() ? "" : " InResponseTo=\"" + answered + "\"";
        String confirmedTo = confirmed.isEmpty() ? "" : " InResponseTo=\"" + confirmed + "\"";
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String xml = ("<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:saml=\""
                        + ASSERTION_NS + "\" ID=\"_r%1$s\""
                        + " Version=\"2.0\" IssueInstant=\"%2$s\" Destination=\"%3$s\"%4$s><saml:Issuer>%5$s</saml:Issuer>"
                        + "<samlp:Status><samlp:StatusCode Value=\"%6$s\"/></samlp:Status>"
                        + "<saml:Assertion xmlns:saml=\"" + ASSERTION_NS
                        + "\" ID=\"_a%1$s\" Version=\"2.0\" IssueInstant=\"%2$s\"><saml:Issuer>%5$s</saml:Issuer>"
                        + "<saml:Subject><saml:NameID Format=\"%14$s\">%7$s</saml:NameID><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">"
                        + "<saml:SubjectConfirmationData NotOnOrAfter=\"%8$s\" Recipient=\"%9$s\"%10$s/></saml:SubjectConfirmation></saml:Subject>"
                        + "<saml:Conditions NotBefore=\"%15$s\" NotOnOrAfter=\"%8$s\"><saml:AudienceRestriction><saml:Audience>%11$s</saml:Audience>"
                        + "</saml:AudienceRestriction></saml:Conditions>"
                        + "<saml:AuthnStatement AuthnInstant=\"%13$s\" SessionIndex=\"%12$s\"><saml:AuthnContext><saml:AuthnContextClassRef>"
                        + "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
                        + "<saml:AttributeStatement>%16$s</saml:AttributeStatement></saml:Assertion></samlp:Response>")
                .formatted(
                        UUID.randomUUID(),
                        now,
                        destination == null ? acs : destination,
                        responseTo,
                        issuer,
                        status,
                        nameId,
                        notOnOrAfter.truncatedTo(ChronoUnit.MILLIS),
                        recipient == null ? acs : recipient,
                        confirmedTo,
                        audience == null ? federationUrl + "/metadata" : audience,
                        sessionIndex,
                        authnInstant.truncatedTo(ChronoUnit.MILLIS),
                        nameIdFormat,
                        now.minusSeconds(60),
                        attributeXml);
        Document document = parse(xml);
        if (signAssertion) {
            sign((Element)
                    document.getElementsByTagNameNS(ASSERTION_NS, "Assertion").item(0));
        }
        if (signResponse) {
            sign(document.getDocumentElement());
        }
        document = parse(tamper.apply(serialize(document)));
        if (!encryption.isEmpty()) {
            encrypt(document, spCertificate.getPublicKey());
        }
        return Base64.getEncoder().encodeToString(serialize(document).getBytes(StandardCharsets.UTF_8));
    }

    /** Encrypts to the key in the portal's metadata from now on. */
    public void encryptTo(String spMetadata, String algorithm) {
        Matcher matcher = Pattern.compile("X509Certificate>([^<]+)<").matcher(spMetadata);
        if (!matcher.find()) {
            throw new AssertionError("no certificate in " + spMetadata);
        }
        try {
            spCertificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(Base64.getMimeDecoder().decode(matcher.group(1))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        encryption = algorithm;
    }

    private void encrypt(Document document, PublicKey spKey) {
        try {
            KeyGenerator generator = KeyGenerator.getInstance("AES");
            generator.init(256);
            SecretKey contentKey = generator.generateKey();
            XMLCipher keyCipher = XMLCipher.getInstance(keyTransport);
            keyCipher.init(XMLCipher.WRAP_MODE, spKey);
            EncryptedKey encryptedKey = keyCipher.encryptKey(document, contentKey);
            XMLCipher cipher = XMLCipher.getInstance(encryption);
            cipher.init(XMLCipher.ENCRYPT_MODE, contentKey);
            EncryptedData data = cipher.getEncryptedData();
            KeyInfo keyInfo = new KeyInfo(document);
            keyInfo.add(encryptedKey);
            data.setKeyInfo(keyInfo);
            Element assertion = (Element)
                    document.getElementsByTagNameNS(ASSERTION_NS, "Assertion").item(0);
            // What is encrypted has to stand by itself, without the namespaces of what surrounds it.
            assertion.setAttributeNS("http://www.w3.org/2000/xmlns/", "xmlns:saml", ASSERTION_NS);
            Element wrapper = document.createElementNS(ASSERTION_NS, "saml:EncryptedAssertion");
            assertion.getParentNode().replaceChild(wrapper, assertion);
            wrapper.appendChild(assertion);
            cipher.doFinal(document, assertion, false);
        } catch (Exception e) { // which is what XMLCipher.doFinal declares
            throw new IllegalStateException(e);
        }
    }

    private void sign(Element element) {
        try {
            element.setIdAttribute("ID", true);
            XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
            Reference reference = factory.newReference(
                    "#" + element.getAttribute("ID"),
                    factory.newDigestMethod(digestAlgorithm, null),
                    List.of(
                            factory.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null),
                            factory.newTransform(CanonicalizationMethod.EXCLUSIVE, (TransformParameterSpec) null)),
                    null,
                    null);
            SignedInfo signedInfo = factory.newSignedInfo(
                    factory.newCanonicalizationMethod(CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
                    factory.newSignatureMethod(signatureAlgorithm, null),
                    List.of(reference));
            DOMSignContext context = new DOMSignContext(
                    key.getPrivate(), element, element.getFirstChild().getNextSibling());
            context.setProperty("org.jcp.xml.dsig.secureValidation", false);
            factory.newXMLSignature(signedInfo, null).sign(context);
        } catch (GeneralSecurityException | MarshalException | XMLSignatureException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A LogoutRequest of ours in the redirect binding, as a path; {@code signed} as the binding says. */
    public String logoutRequestPath(TestPortal portal, String id, boolean signed) {
        String path = "/federation/" + id + "/logout";
        String query = "SAMLRequest=" + encode(deflate(logoutRequest(portal.baseUrl() + path)))
                + "&RelayState=theirs&SigAlg=" + encode(signatureAlgorithm);
        if (!signed) {
            return path + "?" + query.substring(0, query.indexOf("&SigAlg"));
        }
        try {
            Signature signature =
                    Signature.getInstance(signatureAlgorithm.equals(RSA_SHA1) ? "SHA1withRSA" : "SHA256withRSA");
            signature.initSign(key.getPrivate());
            signature.update(query.getBytes(StandardCharsets.US_ASCII));
            return path + "?" + query + "&Signature="
                    + encode(Base64.getEncoder().encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A LogoutRequest of ours in the POST binding. */
    public String[] logoutRequestForm(TestPortal portal, String id, boolean signed) {
        Document document = parse(logoutRequest(portal.baseUrl() + "/federation/" + id + "/logout"));
        if (signed) {
            sign(document.getDocumentElement());
        }
        return new String[] {
            "SAMLRequest",
            Base64.getEncoder().encodeToString(serialize(document).getBytes(StandardCharsets.UTF_8)),
            "RelayState",
            "theirs"
        };
    }

    private String logoutRequest(String to) {
        return ("<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:saml=\"" + ASSERTION_NS
                        + "\" ID=\"_l%s\" Version=\"2.0\""
                        + " IssueInstant=\"%s\" Destination=\"%s\"><saml:Issuer>%s</saml:Issuer><saml:NameID Format=\"%s\">%s</saml:NameID>"
                        + "%s</samlp:LogoutRequest>")
                .formatted(
                        UUID.randomUUID(),
                        Instant.now().truncatedTo(ChronoUnit.MILLIS),
                        to,
                        issuer,
                        nameIdFormat,
                        nameId,
                        sessionIndex.isEmpty() ? "" : "<samlp:SessionIndex>" + sessionIndex + "</samlp:SessionIndex>");
    }

    private static String deflate(String xml) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream stream =
                new DeflaterOutputStream(bytes, new Deflater(Deflater.DEFAULT_COMPRESSION, true))) {
            stream.write(xml.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A message that is small on the wire and large in memory. */
    public static String bomb() {
        return encode(deflate(" ".repeat(4 * 1024 * 1024)));
    }

    private static Document parse(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String serialize(Document document) {
        try {
            StringWriter text = new StringWriter();
            TransformerFactory.newInstance()
                    .newTransformer()
                    .transform(new DOMSource(document), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException(e);
        }
    }
}
