package dev.ssoportal.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.LogoutReceiver;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.htmlunit.WebClient;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.util.NameValuePair;
import org.htmlunit.util.WebConnectionWrapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Keycloak as upstream over OpenID Connect and over SAML, driven through the portal's pages. */
@Tag("interop")
class KeycloakTest {
    private static final LogoutReceiver receiver = new LogoutReceiver();
    private static Keycloak keycloak;
    private static TestPortal portal;

    @BeforeAll
    static void start() throws Exception {
        int keycloakPort = Ports.free();
        String realm = "http://127.0.0.1:" + keycloakPort + "/realms/" + Keycloak.REALM;
        String roles = "roles: [{claim: groups, contains: engineering, roles: [staff, engineer]}]";
        portal = TestPortal.with()
                .yaml("""
                        identity-providers:
                          - id: kc-oidc
                            name: Keycloak by OIDC
                            issuer: %1$s
                            client-id: portal-oidc
                            client-secret: ${env:KEYCLOAK_SECRET}
                            %2$s
                          - id: kc-saml
                            name: Keycloak by SAML
                            type: saml
                            metadata: %1$s/protocol/saml/descriptor
                            require-encrypted-assertions: true
                            %2$s
                        """.formatted(realm, roles))
                .yaml(Fixtures.catalog().replace("applications:\n", """
                                applications:
                                  - id: shop
                                    redirect-uris: [%s]
                                    secrets: [{sha256: %s}]
                                    backchannel-logout-uri: %s
                                """.formatted(
                                Fixtures.CALLBACK, SecretHash.of(Fixtures.SECRET), receiver.url("shop"))))
                .environment("KEYCLOAK_SECRET", Keycloak.CLIENT_SECRET)
                .build();
        keycloak = Keycloak.start(keycloakPort, Keycloak.inFront(portal.baseUrl(), certificate()));
    }

    private static String certificate() {
        Matcher matcher = Pattern.compile("X509Certificate>([^<]+)<")
                .matcher(portal.browser().get("/federation/kc-saml/metadata").body());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1).replaceAll("\\s", "");
    }

    @AfterAll
    static void stop() throws IOException {
        if (keycloak != null) {
            keycloak.close();
        }
        portal.close();
        receiver.close();
    }

    /** A browser that may change what it posts to the portal, and remembers it. */
    private static final class Person implements AutoCloseable {
        private final WebClient client = LoopbackBrowser.open();
        private final List<WebRequest> posted = new ArrayList<>();
        private UnaryOperator<String> tamper = xml -> xml;

        Person() {
            client.setWebConnection(new WebConnectionWrapper(client.getWebConnection()) {
                @Override
                public WebResponse getResponse(WebRequest request) throws IOException {
                    if (request.getUrl().getPath().equals("/federation/kc-saml/callback")) {
                        request.setRequestParameters(request.getRequestParameters().stream()
                                .map(Person.this::changed)
                                .toList());
                        posted.add(request);
                    }
                    return super.getResponse(request);
                }
            });
        }

        private NameValuePair changed(NameValuePair pair) {
            if (!pair.getName().equals("SAMLResponse")) {
                return pair;
            }
            String xml = new String(Base64.getMimeDecoder().decode(pair.getValue()), StandardCharsets.UTF_8);
            String changed = tamper.apply(xml);
            return changed.equals(xml)
                    ? pair
                    : new NameValuePair(
                            pair.getName(),
                            Base64.getEncoder().encodeToString(changed.getBytes(StandardCharsets.UTF_8)));
        }

        HtmlPage open(String path) throws IOException {
            return settle(client.getPage(portal.baseUrl() + path));
        }

        HtmlPage signIn(String idp) throws IOException {
            HtmlPage form = open("/login?idp=" + idp);
            assertThat(form.getUrl().toString()).startsWith(keycloak.issuer());
            ((HtmlInput) form.getElementById("username")).type("kate");
            ((HtmlInput) form.getElementById("password")).type(Keycloak.PASSWORD);
            return settle(((HtmlElement) form.getElementById("kc-login")).click());
        }

        /** Presses the buttons that scripts would press. */
        private HtmlPage settle(HtmlPage page) throws IOException {
            HtmlPage current = page;
            for (int i = 0; i < 5; i++) {
                HtmlElement next = current.querySelector("#next, form[name=saml-post-binding] input[type=submit]");
                if (next == null) {
                    return current;
                }
                current = next.click();
            }
            throw new AssertionError("still being led on at " + current.getUrl());
        }

        HtmlPage signOut() throws IOException {
            HtmlPage launcher = open("/");
            return settle(((HtmlElement) launcher.getElementById("sign-out")).click());
        }

        String cookie(String name) {
            return client.getCookieManager().getCookie(name) == null
                    ? ""
                    : client.getCookieManager().getCookie(name).getValue();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kc-oidc", "kc-saml"})
    void signsInBringsRolesAndSignsOut(String idp) throws Exception {
        try (Person kate = new Person()) {
            HtmlPage launcher = kate.signIn(idp);
            assertThat(launcher.asXml()).contains("Hello, Kate", "Workshop", "kate@corp.example", "engineer");

            Browser same = portal.browser();
            same.setCookie("session", kate.cookie("session"));
            FakeRelyingParty web = new FakeRelyingParty(portal, "web");
            Answer tokens = web.redeem(web.code(same, "scope", "openid orders"));
            assertThat(com.nimbusds.jwt.SignedJWT.parse(tokens.text("access_token"))
                            .getJWTClaimsSet()
                            .getStringListClaim("roles"))
                    .containsExactly("orders:read", "orders:write");

            HtmlPage end = kate.signOut();
            assertThat(end.asNormalizedText()).contains("You are signed out");
            assertThat(kate.open("/login?idp=" + idp).getElementById("password"))
                    .as("Keycloak's session is over too")
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kc-oidc", "kc-saml"})
    void endsTheSessionThatItsAdministratorEnds(String idp) throws Exception {
        try (Person kate = new Person()) {
            kate.signIn(idp);
            Browser same = portal.browser();
            same.setCookie("session", kate.cookie("session"));
            FakeRelyingParty shop = new FakeRelyingParty(portal, "shop");
            Answer tokens = shop.redeem(shop.code(same, "scope", "openid offline_access"));
            assertThat(same.get("/").status()).isEqualTo(200);
            int told = receiver.received().size();

            keycloak.endSessionsOf("kate");

            receiver.await(told + 1);
            assertThat(same.get("/").status()).as("our session").isEqualTo(303);
            assertThat(shop.refresh(tokens.text("refresh_token")).status())
                    .as("the refresh token")
                    .isEqualTo(400);
            assertThat(shop.post("/oauth2/introspect", "token", tokens.text("access_token"))
                            .body())
                    .isEqualTo("{\"active\":false}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kc-oidc", "kc-saml"})
    void knowsThePersonAgain(String idp) throws Exception {
        assertThat(subject(idp)).isEqualTo(subject(idp));
    }

    private static String subject(String idp) throws Exception {
        try (Person kate = new Person()) {
            kate.signIn(idp);
            Browser same = portal.browser();
            same.setCookie("session", kate.cookie("session"));
            FakeRelyingParty web = new FakeRelyingParty(portal, "web");
            return com.nimbusds.jwt.SignedJWT.parse(web.redeem(web.code(same)).text("id_token"))
                    .getJWTClaimsSet()
                    .getSubject();
        }
    }

    @Test
    void refusesTamperedAndUnsignedAssertions() throws Exception {
        List<UnaryOperator<String>> attacks = List.of(
                xml -> xml.replaceFirst("(?s)<[a-z]*:?CipherValue>.", "$0A"),
                xml -> xml.replaceFirst("InResponseTo=\"[^\"]*\"", "InResponseTo=\"_other\""),
                xml -> xml.replaceFirst(
                        "(?s)<saml:EncryptedAssertion.*</saml:EncryptedAssertion>", unsignedAssertion(xml)));
        for (UnaryOperator<String> attack : attacks) {
            try (Person kate = new Person()) {
                kate.tamper = xml -> {
                    String changed = attack.apply(xml);
                    assertThat(changed).as("the attack changes something").isNotEqualTo(xml);
                    return changed;
                };
                HtmlPage page = kate.signIn("kc-saml");
                assertThat(page.getElementById("reference")).isNotNull();
                assertThat(kate.cookie("session")).isEmpty();
            }
        }
    }

    private static String unsignedAssertion(String response) {
        Matcher issuer = Pattern.compile("<saml:Issuer[^>]*>([^<]*)<").matcher(response);
        assertThat(issuer.find()).isTrue();
        return "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_x\" Version=\"2.0\" IssueInstant=\"2026-11-24T00:00:00Z\">"
                + "<saml:Issuer>" + issuer.group(1)
                + "</saml:Issuer><saml:Subject><saml:NameID>admin</saml:NameID></saml:Subject></saml:Assertion>";
    }

    @Test
    void refusesAReplayedResponse() throws Exception {
        try (Person kate = new Person()) {
            kate.signIn("kc-saml");
            WebRequest sent = kate.posted.get(0);
            String[] form = sent.getRequestParameters().stream()
                    .flatMap(pair -> List.of(pair.getName(), pair.getValue()).stream())
                    .toArray(String[]::new);

            Browser thief = portal.browser();
            Answer replay = thief.post("/federation/kc-saml/callback", form);

            assertThat(replay.location()).isEqualTo("/login?return=%2F");
            assertThat(thief.cookie("session")).isNull();
            form[indexOf(form, "RelayState") + 1] = thief.get("/login?idp=kc-saml")
                    .locationParameter("RelayState")
                    .orElseThrow();
            assertThat(thief.post("/federation/kc-saml/callback", form).status())
                    .isEqualTo(502);
        }
    }

    private static int indexOf(String[] form, String name) {
        return List.of(form).indexOf(name);
    }
}
