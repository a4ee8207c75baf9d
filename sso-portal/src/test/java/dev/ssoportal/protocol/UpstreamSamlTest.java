package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.FakeSamlProvider;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.apache.xml.security.encryption.XMLCipher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sign-in through an upstream SAML provider (SAML profiles, 4.1; bindings, 3.4 and 3.5). */
class UpstreamSamlTest {
    private static FakeSamlProvider shared;
    private static Path metadata;
    private static TestPortal portal;
    private FakeSamlProvider partner;
    private Browser browser;

    @BeforeAll
    static void start() {
        shared = new FakeSamlProvider();
        metadata = shared.metadataFile();
        portal = TestPortal.with()
                .yaml("identity-providers:\n"
                        + shared.yaml("partner", metadata)
                        + shared.yaml("posting", metadata, "binding: post")
                        + shared.yaml("secretive", metadata, "require-encrypted-assertions: true"))
                .yaml(Fixtures.catalog())
                .build();
    }

    @AfterAll
    static void stop() throws IOException {
        portal.close();
        Files.delete(metadata);
    }

    @BeforeEach
    void newBrowser() {
        partner = shared.again();
        browser = portal.browser();
    }

    private Answer begin() {
        return browser.get("/login?idp=partner");
    }

    private Answer signIn() {
        Answer answer = browser.post("/federation/partner/callback", partner.answer(begin(), portal, "partner"));
        return browser.follow(answer);
    }

    private void assertRefused() {
        Answer answer = signIn();
        assertThat(answer.status()).isBetween(400, 599);
        assertThat(answer.body()).containsPattern("id=\"reference\">[A-Z0-9]{8}<");
        assertThat(browser.cookie("session")).isNull();
    }

    @Test
    void signsInWithASignedRequestAndASignedAssertion() {
        Answer request = begin();
        assertThat(request.location()).startsWith(partner.entityId() + "/sso?");
        assertThat(request.locationParameter("SigAlg")).hasValue(FakeSamlProvider.RSA_SHA256);
        assertThat(request.locationParameter("Signature")).isPresent();
        String xml = FakeSamlProvider.request(request);
        assertThat(FakeSamlProvider.attribute(xml, "AssertionConsumerServiceURL"))
                .isEqualTo(portal.baseUrl() + "/federation/partner/callback");
        assertThat(xml).doesNotContain("ForceAuthn=\"true\"");

        Answer launcher = browser.follow(
                browser.post("/federation/partner/callback", partner.answer(request, portal, "partner")));

        assertThat(launcher.body()).contains("Hello, Dora Partner", "Workshop", "dora@partner.example");
    }

    @Test
    void sendsTheRequestByPostWhereConfigured() {
        Answer page = browser.get("/login?idp=posting");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("action=\"" + partner.entityId() + "/sso\"", "src=\"/assets/post.js\"");
        assertThat(page.header("Content-Security-Policy").orElseThrow()).doesNotContain("form-action");
        String xml = new String(Base64.getMimeDecoder().decode(page.field("SAMLRequest")), StandardCharsets.UTF_8);
        assertThat(xml).contains("SignatureValue", FakeSamlProvider.RSA_SHA256);
        assertThat(page.field("RelayState")).isNotEmpty();
    }

    @Test
    void publishesMetadataWithOurKeyAndWhatWeDemand() {
        Answer answer = browser.get("/federation/partner/metadata");

        assertThat(answer.header("Content-Type").orElseThrow()).startsWith("application/samlmetadata+xml");
        assertThat(answer.body())
                .contains(
                        "AuthnRequestsSigned=\"true\"",
                        "WantAssertionsSigned=\"true\"",
                        portal.baseUrl() + "/federation/partner/callback",
                        portal.baseUrl() + "/federation/partner/logout",
                        "X509Certificate>")
                .doesNotContain("sha1", "SOAP");
    }

    @Test
    void acceptsAnEncryptedAssertion() {
        partner.encryptTo(browser.get("/federation/partner/metadata").body(), XMLCipher.AES_256_GCM);

        assertThat(signIn().body()).contains("Hello, Dora Partner");
    }

    @ParameterizedTest
    @ValueSource(strings = {XMLCipher.AES_256, XMLCipher.AES_128})
    void refusesWeakContentEncryption(String algorithm) {
        partner.encryptTo(browser.get("/federation/partner/metadata").body(), algorithm);

        assertRefused();
    }

    @Test
    void refusesWeakKeyTransport() {
        partner.encryptTo(browser.get("/federation/partner/metadata").body(), XMLCipher.AES_256_GCM);
        partner.keyTransport = XMLCipher.RSA_v1dot5;

        assertRefused();
    }

    @Test
    void refusesAnAssertionInClearWhereEncryptionIsRequired() {
        Answer request = browser.get("/login?idp=secretive");

        Answer answer = browser.post("/federation/secretive/callback", partner.answer(request, portal, "secretive"));

        assertThat(answer.status()).isEqualTo(502);
    }

    @Test
    void refusesAnUnsignedAssertion() {
        partner.signAssertion = false;
        assertRefused();
    }

    @Test
    void refusesAnAssertionOfWhichOnlyTheResponseIsSigned() {
        partner.signAssertion = false;
        partner.signResponse = true;
        assertRefused();
    }

    @Test
    void refusesAnAssertionSignedByAnotherKey() {
        partner.changeKey();
        assertRefused();
    }

    @Test
    void refusesSha1() {
        partner.signatureAlgorithm = FakeSamlProvider.RSA_SHA1;
        assertRefused();
    }

    @Test
    void refusesASha1Digest() {
        partner.digestAlgorithm = "http://www.w3.org/2000/09/xmldsig#sha1";
        assertRefused();
    }

    @Test
    void refusesATamperedAssertion() {
        partner.tamper = xml -> xml.replace("dora-persistent-id", "admin-persistent-id");
        assertRefused();
    }

    @Test
    void refusesAStrippedSignature() {
        partner.tamper = xml -> xml.replaceAll("(?s)<Signature.*?</Signature>", "");
        assertRefused();
    }

    @Test
    void refusesAWrappedSignature() {
        partner.tamper = xml -> {
            int from = xml.indexOf("<saml:Assertion");
            int to = xml.indexOf("</saml:Assertion>") + "</saml:Assertion>".length();
            String signed = xml.substring(from, to);
            String evil = signed.replaceAll("(?s)<Signature.*?</Signature>", "")
                    .replace("dora-persistent-id", "admin-persistent-id")
                    .replaceFirst(" ID=\"_a", " ID=\"_evil");
            return xml.substring(0, from) + evil + xml.substring(from);
        };
        assertRefused();
    }

    @Test
    void refusesASignedAssertionHiddenInAnExtension() {
        partner.tamper = xml -> {
            int from = xml.indexOf("<saml:Assertion");
            int to = xml.indexOf("</saml:Assertion>") + "</saml:Assertion>".length();
            String signed = xml.substring(from, to);
            String evil = signed.replaceAll("(?s)<Signature.*?</Signature>", "")
                    .replace("dora-persistent-id", "admin-persistent-id");
            String hidden = "<samlp:Extensions>" + signed + "</samlp:Extensions>";
            return xml.replace(signed, evil).replace("<samlp:Status>", hidden + "<samlp:Status>");
        };
        assertRefused();
    }

    @Test
    void refusesADocumentTypeAndExternalEntities() throws IOException {
        Path secret = Files.writeString(Files.createTempFile("secret", ".txt"), "dora-from-a-file");
        Answer request = begin();
        String[] form = partner.answer(request, portal, "partner");
        String xml = new String(Base64.getDecoder().decode(form[1]), StandardCharsets.UTF_8)
                .replaceFirst("<\\?xml[^>]*\\?>", "");
        String doctype = "<!DOCTYPE r [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]>";
        form[1] = Base64.getEncoder().encodeToString((doctype + xml).getBytes(StandardCharsets.UTF_8));

        Answer answer = browser.post("/federation/partner/callback", form);

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).doesNotContain("dora-from-a-file");
        Files.delete(secret);
    }

    @Test
    void refusesMalformedMessages() {
        for (String message :
                new String[] {"", "x", "%%%", Base64.getEncoder().encodeToString("<a".getBytes(StandardCharsets.UTF_8))
                }) {
            String relayState = begin().locationParameter("RelayState").orElseThrow();
            Answer answer =
                    browser.post("/federation/partner/callback", "SAMLResponse", message, "RelayState", relayState);
            assertThat(answer.status()).isIn(400, 502);
        }
    }

    @Test
    void refusesAnUnsolicitedResponse() {
        partner.inResponseTo = "";
        assertRefused();
    }

    @Test
    void refusesAnAnswerToAnotherRequest() {
        partner.inResponseTo = "_somebody-elses-request";
        assertRefused();
    }

    @Test
    void refusesAnAssertionMadeForAnotherRequest() {
        partner.confirmationInResponseTo = "_somebody-elses-request";
        assertRefused();
    }

    @Test
    void refusesAResponseThatNoAttemptExplains() {
        String[] form = partner.answer(begin(), portal, "partner");
        form[3] = "unknown";

        assertThat(browser.post("/federation/partner/callback", form).status()).isEqualTo(400);
        assertThat(browser.get("/federation/partner/callback?" + Browser.encode(form))
                        .status())
                .as("by GET")
                .isEqualTo(400);
    }

    @Test
    void refusesAReplayedResponse() {
        Answer request = begin();
        String[] form = partner.answer(request, portal, "partner");
        browser.follow(browser.post("/federation/partner/callback", form));

        assertThat(browser.post("/federation/partner/callback", form).location())
                .as("goes on with the session there is")
                .isEqualTo("/");
        Browser other = portal.browser();
        assertThat(other.post("/federation/partner/callback", form).location()).isEqualTo("/login?return=%2F");
        assertThat(other.cookie("session")).isNull();
    }

    @Test
    void refusesAnAssertionReplayedInAnotherAttempt() {
        // The attacker has the victim's assertion and an attempt of his own; the request id is the first thing that
        // does not fit.
        String[] form = partner.answer(begin(), portal, "partner");
        Browser attacker = portal.browser();
        form[3] = attacker.get("/login?idp=partner")
                .locationParameter("RelayState")
                .orElseThrow();

        assertThat(attacker.post("/federation/partner/callback", form).status()).isEqualTo(502);
    }

    @Test
    void refusesAResponseInAnotherBrowser() {
        String[] form = partner.answer(begin(), portal, "partner");
        Browser victim = portal.browser();

        Answer answer = victim.follow(victim.post("/federation/partner/callback", form));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(victim.cookie("session")).isNull();
    }

    @Test
    void refusesAnotherAudience() {
        partner.audience = "https://other-sp.example";
        assertRefused();
    }

    @Test
    void refusesAnotherRecipient() {
        partner.recipient = "https://other-sp.example/acs";
        assertRefused();
    }

    @Test
    void refusesAnotherDestination() {
        partner.destination = "https://other-sp.example/acs";
        assertRefused();
    }

    @Test
    void refusesAnotherIssuer() {
        partner.issuer = "https://evil.example";
        assertRefused();
    }

    @Test
    void refusesAnExpiredAssertion() {
        partner.notOnOrAfter = Instant.now().minusSeconds(120);
        assertRefused();
    }

    @Test
    void refusesAnAuthenticationThatIsTooOld() {
        partner.authnInstant = Instant.now().minus(Duration.ofHours(13));
        assertRefused();
    }

    @Test
    void refusesATransientNameWithoutASubjectAttribute() {
        partner.nameIdFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
        assertRefused();
    }

    @Test
    void tellsThatTheProviderRefused() {
        partner.status = "urn:oasis:names:tc:SAML:2.0:status:Responder";

        Answer answer = signIn();

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("Your sign-in provider refused");
    }

    @Test
    void demandsAFreshSignInAndChecksThatItWasOne() {
        signIn();
        FakeRelyingParty web = new FakeRelyingParty(portal, "web");
        Answer request = browser.follow(browser.get(web.authorizePath("prompt", "login", "idp", "partner")));
        assertThat(FakeSamlProvider.request(request)).contains("ForceAuthn=\"true\"");
        partner.authnInstant = Instant.now().minusSeconds(3600);

        Answer stale = browser.follow(
                browser.post("/federation/partner/callback", partner.answer(request, portal, "partner")));

        assertThat(stale.body()).contains("did not ask you again");
    }

    @Test
    void signsOutAtTheProviderWithASignedRequest() {
        Answer launcher = signIn();
        Answer leaving = browser.post("/logout", "csrf", launcher.field("csrf"));

        Answer toProvider = browser.get(leaving.next());

        assertThat(toProvider.location()).startsWith(partner.entityId() + "/slo?SAMLRequest=");
        assertThat(toProvider.locationParameter("Signature")).isPresent();
        assertThat(FakeSamlProvider.request(toProvider)).contains("dora-persistent-id", partner.sessionIndex);
        String relayState = toProvider.locationParameter("RelayState").orElseThrow();
        Answer back = browser.get("/federation/partner/logout?SAMLResponse=x&RelayState=" + relayState);
        assertThat(browser.get(back.location()).location()).startsWith("/signed-out?receipts=");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsTheSessionWhenTheProviderSaysSo(boolean redirect) {
        signIn();
        Browser provider = portal.browser();

        Answer answer = redirect
                ? provider.get(partner.logoutRequestPath(portal, "partner", true))
                : provider.post("/federation/partner/logout", partner.logoutRequestForm(portal, "partner", true));

        assertThat(answer.location()).startsWith(partner.entityId() + "/slo?SAMLResponse=");
        assertThat(answer.locationParameter("RelayState")).hasValue("theirs");
        assertThat(answer.locationParameter("Signature")).isPresent();
        assertThat(browser.get("/").location()).startsWith("/login");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAnUnsignedLogoutRequest(boolean redirect) {
        signIn();

        Answer answer = redirect
                ? portal.browser().get(partner.logoutRequestPath(portal, "partner", false))
                : portal.browser()
                        .post("/federation/partner/logout", partner.logoutRequestForm(portal, "partner", false));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesALogoutRequestOfAnotherKey(boolean redirect) {
        signIn();
        partner.changeKey();

        Answer answer = redirect
                ? portal.browser().get(partner.logoutRequestPath(portal, "partner", true))
                : portal.browser()
                        .post("/federation/partner/logout", partner.logoutRequestForm(portal, "partner", true));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    @Test
    void refusesALogoutRequestSignedWithSha1() {
        signIn();
        partner.signatureAlgorithm = FakeSamlProvider.RSA_SHA1;

        assertThat(portal.browser()
                        .get(partner.logoutRequestPath(portal, "partner", true))
                        .status())
                .isEqualTo(400);
        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    @Test
    void refusesAReplayedLogoutRequest() {
        String once = partner.logoutRequestPath(portal, "partner", true);
        assertThat(portal.browser().get(once).status()).isEqualTo(303);

        assertThat(portal.browser().get(once).status()).isEqualTo(400);
    }

    @Test
    void acceptsEachOfSeveralCertificatesAndKeepsTheLastGoodMetadata() throws IOException {
        FakeSamlProvider changing = new FakeSamlProvider();
        X509Certificate old = changing.signingCertificate();
        Path file = changing.metadataFile();
        TestPortal.Builder builder = TestPortal.with()
                .yaml("identity-providers:\n" + changing.yaml("partner", file))
                .yaml(Fixtures.catalog());
        TestPortal own = builder.build();
        assertThat(signInAt(own, changing).body()).contains("Dora");

        changing.changeKey();
        Files.writeString(file, changing.metadata(old, changing.signingCertificate()));
        own.stop();
        own = builder.folder(own.folder()).build();
        assertThat(signInAt(own, changing).body()).contains("Dora");

        Files.writeString(file, "<nonsense");
        own.stop();
        own = builder.folder(own.folder()).build();
        assertThat(signInAt(own, changing).body())
                .as("the copy in the data folder")
                .contains("Dora");
        own.close();
        Files.delete(file);
    }

    private static Answer signInAt(TestPortal own, FakeSamlProvider idp) {
        Browser person = own.browser();
        Answer request = person.get("/login?idp=partner");
        return person.follow(person.post("/federation/partner/callback", idp.answer(request, own, "partner")));
    }

    @Test
    void refusesALogoutRequestWhoseBodySaysOtherThanItsSignedQuery() throws Exception {
        signIn();
        String forged = partner.logoutRequestPath(portal, "partner", false);
        String body = forged.substring(forged.indexOf('?') + 1);
        FakeSamlProvider other = shared.again();
        String signedForAnotherSession = other.logoutRequestPath(portal, "partner", true);

        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(portal.baseUrl() + signedForAnotherSession))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .method("GET", HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode())
                .as("the signed query counts, and it is about another session")
                .isEqualTo(303);
        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    @Test
    void refusesALogoutRequestThatUnpacksToTooMuch() {
        assertThat(portal.browser()
                        .get("/federation/partner/logout?SAMLRequest=" + FakeSamlProvider.bomb())
                        .status())
                .isEqualTo(413);
        assertThat(portal.browser()
                        .get("/federation/partner/logout?SAMLRequest=nonsense")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void endsEverySessionOfThePersonWhenTheRequestNamesNone() {
        signIn();
        Browser second = portal.browser();
        FakeSamlProvider again = shared.again();
        second.follow(second.post(
                "/federation/partner/callback", again.answer(second.get("/login?idp=partner"), portal, "partner")));
        partner.sessionIndex = "";

        assertThat(portal.browser()
                        .get(partner.logoutRequestPath(portal, "partner", true))
                        .status())
                .isEqualTo(303);

        assertThat(browser.get("/").location()).startsWith("/login");
        assertThat(second.get("/").location()).startsWith("/login");
    }

    @Test
    void endsNoSessionOfSomebodyElse() {
        signIn();
        partner.nameId = "somebody-else";

        assertThat(portal.browser()
                        .get(partner.logoutRequestPath(portal, "partner", true))
                        .status())
                .isEqualTo(303);

        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    @Test
    void refusesANameThatIsTooLong() {
        partner.nameId = "x".repeat(600);
        assertRefused();
    }
}
