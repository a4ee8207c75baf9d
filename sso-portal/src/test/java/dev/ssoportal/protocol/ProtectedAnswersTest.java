package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.crypto.Verifiers;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.TestPortal;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Signed and encrypted answers (OpenID Connect Core, 3.1.3.7, 5.3.2; RFC 9701; JARM) and pairwise subjects (OpenID Connect Core, 8). */
class ProtectedAnswersTest {
    private static ECKey key;
    private static TestPortal portal;

    @BeforeAll
    static void start() throws Exception {
        key = new ECKeyGenerator(Curve.P_256)
                .keyID("enc-1")
                .keyUse(KeyUse.ENCRYPTION)
                .generate();
        String app = """
                  - id: %1$s
                    redirect-uris: ["%2$s"]
                    secrets: [{sha256: %3$s}]
                    scopes: [openid, profile, email, offline_access]
                """;
        portal = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml("applications:\n"
                        + app.formatted("sealed", Fixtures.CALLBACK, SecretHash.of(Fixtures.SECRET))
                        + """
                            jwks: '%s'
                            id-token-algorithm: ps256
                            userinfo-algorithm: es256
                            introspection-algorithm: eddsa
                            response-algorithm: es256
                            id-token-encryption: {algorithm: ecdh-es+a128kw, encoding: a256gcm}
                            userinfo-encryption: {algorithm: ecdh-es}
                            introspection-encryption: {algorithm: ecdh-es}
                            response-encryption: {algorithm: ecdh-es}
                        """.formatted(new JWKSet(key.toPublicJWK()))
                        + app.formatted("one", Fixtures.CALLBACK, SecretHash.of(Fixtures.SECRET))
                        + "    subject-type: pairwise\n"
                        + app.formatted("two", Fixtures.CALLBACK, SecretHash.of(Fixtures.SECRET))
                        + "    subject-type: pairwise\n    sector: two.example\n"
                        + app.formatted("three", Fixtures.CALLBACK, SecretHash.of(Fixtures.SECRET))
                        + "    subject-type: pairwise\n    sector: two.example\n"
                        + app.formatted("plain", Fixtures.CALLBACK, SecretHash.of(Fixtures.SECRET)))
                .build();
    }

    @AfterAll
    static void stop() {
        portal.close();
    }

    private static FakeRelyingParty app(String id) {
        return new FakeRelyingParty(portal, id);
    }

    private static Answer tokens(String id, Browser browser) {
        FakeRelyingParty app = app(id);
        return app.redeem(app.code(browser, "scope", "openid profile offline_access"));
    }

    private static Answer userInfo(Answer tokens) {
        return portal.browser()
                .header("Authorization", "Bearer " + tokens.text("access_token"))
                .get("/oauth2/userinfo");
    }

    private static JWTClaimsSet opened(String jwe, String algorithm) throws Exception {
        JWEObject sealed = JWEObject.parse(jwe);
        assertThat(sealed.getHeader().getContentType()).isEqualTo("JWT");
        assertThat(sealed.getHeader().getKeyID()).isEqualTo("enc-1");
        sealed.decrypt(new ECDHDecrypter(key));
        SignedJWT jwt = sealed.getPayload().toSignedJWT();
        assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
        JWK signer = JWKSet.parse(portal.browser().get("/oauth2/jwks").body())
                .getKeyByKeyId(jwt.getHeader().getKeyID());
        assertThat(jwt.verify(Verifiers.of(signer))).isTrue();
        assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly("sealed");
        assertThat(jwt.getJWTClaimsSet().getIssuer()).isEqualTo(portal.baseUrl());
        return jwt.getJWTClaimsSet();
    }

    @Test
    void signsAndEncryptsWhatTheAppIsRegisteredFor() throws Exception {
        Answer tokens = tokens("sealed", portal.signedIn("ann"));
        JWTClaimsSet idToken = opened(tokens.text("id_token"), "PS256");

        Answer userInfo = userInfo(tokens);
        assertThat(userInfo.header("Content-Type")).hasValue("application/jwt");
        JWTClaimsSet claims = opened(userInfo.body(), "ES256");
        assertThat(claims.getSubject()).isEqualTo(idToken.getSubject());
        assertThat(claims.getStringClaim("given_name")).isEqualTo("Ann");

        Answer response = portal.signedIn("ann").get(app("sealed").authorizePath("response_mode", "jwt"));
        assertThat(opened(response.locationParameter("response").orElseThrow(), "ES256")
                        .getStringClaim("code"))
                .isNotEmpty();
    }

    @Test
    void signsAnIntrospectionForWhoAsksForThat() throws Exception {
        Answer tokens = tokens("sealed", portal.signedIn("ann"));
        Browser caller = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("sealed", Fixtures.SECRET))
                .header("Accept", "application/token-introspection+jwt");

        Answer answer = caller.post("/oauth2/introspect", "token", tokens.text("access_token"));

        assertThat(answer.header("Content-Type")).hasValue("application/token-introspection+jwt");
        Map<String, Object> inside = opened(answer.body(), "EdDSA").getJSONObjectClaim("token_introspection");
        assertThat(inside).containsEntry("active", true).containsEntry("client_id", "sealed");
        Answer plain = app("plain").post("/oauth2/introspect", "token", tokens.text("access_token"));
        assertThat(plain.json()).containsEntry("active", true);
    }

    @Test
    void signsAnIntrospectionOfRubbishToo() throws Exception {
        Answer answer = portal.browser()
                .header("Authorization", FakeRelyingParty.basic("plain", Fixtures.SECRET))
                .header("Accept", "application/token-introspection+jwt")
                .post("/oauth2/introspect", "token", "rubbish");

        SignedJWT jwt = Jwts.parse(answer.body());
        assertThat(jwt.getHeader().getType().getType()).isEqualTo("token-introspection+jwt");
        assertThat(jwt.getJWTClaimsSet().getJSONObjectClaim("token_introspection"))
                .isEqualTo(Map.of("active", false));
    }

    @Test
    void callsAPersonByAnotherNameInEverySector() {
        Browser ann = portal.signedIn("ann");
        String publicName = Jwts.claims(tokens("plain", ann).text("id_token")).getSubject();
        String one = Jwts.claims(tokens("one", ann).text("id_token")).getSubject();
        String two = Jwts.claims(tokens("two", ann).text("id_token")).getSubject();
        String three = Jwts.claims(tokens("three", ann).text("id_token")).getSubject();
        String bob = Jwts.claims(tokens("one", portal.signedIn("bob")).text("id_token"))
                .getSubject();

        assertThat(one).isNotEqualTo(publicName).isNotEqualTo(two).isNotEqualTo(bob);
        assertThat(two).isEqualTo(three);
        assertThat(Jwts.claims(tokens("one", portal.signedIn("ann")).text("id_token"))
                        .getSubject())
                .as("the next time too")
                .isEqualTo(one);
    }

    @Test
    void callsAPersonByOneNameEverywhereInASector() {
        Browser ann = portal.signedIn("ann");
        Answer tokens = tokens("one", ann);
        String name = Jwts.claims(tokens.text("id_token")).getSubject();

        assertThat(userInfo(tokens).text("sub")).isEqualTo(name);
        assertThat(Jwts.claims(tokens.text("access_token")).getSubject()).isEqualTo(name);
        assertThat(app("one")
                        .post("/oauth2/introspect", "token", tokens.text("refresh_token"))
                        .text("sub"))
                .isEqualTo(name);
        assertThat(ann.get(app("one").authorizePath("prompt", "none", "id_token_hint", tokens.text("id_token")))
                        .locationParameter("code"))
                .isPresent();
        assertThat(portal.signedIn("bob")
                        .get(app("one").authorizePath("prompt", "none", "id_token_hint", tokens.text("id_token")))
                        .locationParameter("error"))
                .hasValue("login_required");
    }

    @Test
    void knowsWhoIsMeantWhenAPersonTakesBackWhatAnAppMayDo() {
        Browser ann = portal.signedIn("ann");
        Answer tokens = tokens("one", ann);
        assertThat(userInfo(tokens).status()).isEqualTo(200);

        Answer page = ann.get("/account/apps");
        ann.post("/account/apps", "csrf", page.field("csrf"), "revoke", "one");

        assertThat(userInfo(tokens).status()).isEqualTo(401);
        assertThat(app("one").refresh(tokens.text("refresh_token")).text("error"))
                .isEqualTo("invalid_grant");
    }
}
