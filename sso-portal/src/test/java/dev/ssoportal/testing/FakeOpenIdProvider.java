package dev.ssoportal.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ssoportal.http.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A corporate OpenID provider that does as a test tells it: it signs in whom the test says, and lies where the test wants it to. It checks
 * PKCE and the client secret, as a real one would.
 */
public final class FakeOpenIdProvider implements AutoCloseable {
    public static final String CLIENT_ID = "our-portal";
    public static final String CLIENT_SECRET = "upstream-secret-with-plenty-of-entropy-0123456789";

    /** How the ID token is signed. */
    public enum Signature {
        RS256,
        OTHER_KEY,
        HS256,
        NONE
    }

    private final HttpServer server;
    private final RSAKey key = rsaKey();
    private final RSAKey otherKey = rsaKey();
    private final Map<String, Parameters> requests = new ConcurrentHashMap<>();

    public final Map<String, Object> idTokenClaims = new LinkedHashMap<>();
    public final Map<String, Object> userInfo = new LinkedHashMap<>();
    public volatile Signature signature = Signature.RS256;
    public volatile Consumer<JWTClaimsSet.Builder> lie = claims -> {};
    public volatile boolean withoutIdToken;
    public volatile boolean keysAway;
    public volatile int tokenStatus = 200;
    public volatile String discoveryAnswer = "";
    public volatile String announcedIssuer = "";
    public volatile List<String> announcedAlgorithms = List.of("RS256");

    public FakeOpenIdProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        person("subject-1", "carla", "Carla Corporate", "carla@corp.example");
        server.createContext("/.well-known/openid-configuration", exchange -> reply(exchange, 200, discovery()));
        server.createContext(
                "/jwks", exchange -> reply(exchange, keysAway ? 503 : 200, new JWKSet(key.toPublicJWK()).toString()));
        server.createContext("/token", this::token);
        server.createContext("/userinfo", exchange -> reply(exchange, 200, JSONObjectUtils.toJSONString(userInfo)));
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    private static RSAKey rsaKey() {
        try {
            return new RSAKeyGenerator(2048).keyID("upstream").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** YAML of this provider for a portal; the lines are added to its declaration. */
    public String yaml(String id, String... lines) {
        StringBuilder yaml = new StringBuilder("""
                  - id: %s
                    name: Corporate %s
                    issuer: %s
                    client-id: %s
                    client-secret: ${env:UPSTREAM_SECRET}
                """.formatted(id, id, issuer(), CLIENT_ID));
        for (String line : lines) {
            yaml.append("    ").append(line).append('\n');
        }
        return yaml.toString();
    }

    public void person(String subject, String username, String name, String email) {
        idTokenClaims.clear();
        userInfo.clear();
        idTokenClaims.put("sub", subject);
        idTokenClaims.put("sid", "upstream-session-of-" + subject);
        userInfo.put("sub", subject);
        userInfo.put("preferred_username", username);
        userInfo.put("name", name);
        userInfo.put("email", email);
        userInfo.put("email_verified", true);
        userInfo.put("groups", List.of("engineering", "everybody"));
    }

    /** What a real provider does when the portal's redirect arrives: signs the person in and names the way back. */
    public String authorize(Answer redirect) {
        Parameters request = Parameters.parse(
                redirect.location().substring(redirect.location().indexOf('?') + 1));
        String code = "code-" + requests.size();
        requests.put(code, request);
        return request.single("redirect_uri").orElseThrow() + "?"
                + Browser.encode("code", code, "state", request.single("state").orElseThrow());
    }

    public String refuse(Answer redirect, String error) {
        Parameters request = Parameters.parse(
                redirect.location().substring(redirect.location().indexOf('?') + 1));
        return request.single("redirect_uri").orElseThrow() + "?"
                + Browser.encode(
                        "error", error, "state", request.single("state").orElseThrow());
    }

    private String discovery() {
        if (!discoveryAnswer.isEmpty()) {
            return discoveryAnswer;
        }
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("issuer", announcedIssuer.isEmpty() ? issuer() : announcedIssuer);
        metadata.put("authorization_endpoint", issuer() + "/authorize");
        metadata.put("token_endpoint", issuer() + "/token");
        metadata.put("userinfo_endpoint", issuer() + "/userinfo");
        metadata.put("end_session_endpoint", issuer() + "/logout");
        metadata.put("jwks_uri", issuer() + "/jwks");
        metadata.put("response_types_supported", List.of("code"));
        metadata.put("subject_types_supported", List.of("public"));
        metadata.put("id_token_signing_alg_values_supported", announcedAlgorithms);
        return JSONObjectUtils.toJSONString(metadata);
    }

    private void token(HttpExchange exchange) throws IOException {
        Parameters form =
                Parameters.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Parameters request = requests.remove(form.single("code").orElse(""));
        boolean authenticated = FakeRelyingParty.basic(CLIENT_ID, CLIENT_SECRET)
                .equals(exchange.getRequestHeaders().getFirst("Authorization"));
        if (tokenStatus != 200 || !authenticated || request == null || !pkce(request, form)) {
            reply(exchange, tokenStatus == 200 ? 400 : tokenStatus, "{\"error\":\"invalid_grant\"}");
            return;
        }
        Map<String, Object> tokens = new HashMap<>();
        tokens.put("access_token", "upstream-access-token");
        tokens.put("token_type", "Bearer");
        tokens.put("expires_in", 300);
        if (!withoutIdToken) {
            tokens.put("id_token", idToken(request));
        }
        reply(exchange, 200, JSONObjectUtils.toJSONString(tokens));
    }

    private static boolean pkce(Parameters request, Parameters form) {
        return form.single("code_verifier")
                .map(verifier -> CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(verifier))
                        .getValue())
                .equals(request.single("code_challenge"));
    }

    private String idToken(Parameters request) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(CLIENT_ID)
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .claim("auth_time", Instant.now().getEpochSecond())
                .claim("nonce", request.single("nonce").orElse(null));
        idTokenClaims.forEach(claims::claim);
        lie.accept(claims);
        try {
            return switch (signature) {
                case RS256 -> sign(JWSAlgorithm.RS256, new RSASSASigner(key), claims);
                case OTHER_KEY -> sign(JWSAlgorithm.RS256, new RSASSASigner(otherKey), claims);
                case HS256 -> sign(JWSAlgorithm.HS256, new MACSigner(CLIENT_SECRET), claims);
                case NONE -> new PlainJWT(claims.build()).serialize();
            };
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A logout token as a test wants it, signed with a key of the provider's or another. */
    public String logoutToken(Signature signedWith, String type, Consumer<JWTClaimsSet.Builder> changes) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(CLIENT_ID)
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(120)))
                .jwtID(UUID.randomUUID().toString())
                .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
        changes.accept(claims);
        try {
            JWSAlgorithm algorithm = signedWith == Signature.HS256 ? JWSAlgorithm.HS256 : JWSAlgorithm.RS256;
            JWSHeader.Builder header = new JWSHeader.Builder(algorithm).keyID("upstream");
            if (!type.isEmpty()) {
                header.type(new JOSEObjectType(type));
            }
            SignedJWT jwt = new SignedJWT(header.build(), claims.build());
            switch (signedWith) {
                case RS256 -> jwt.sign(new RSASSASigner(key));
                case OTHER_KEY -> jwt.sign(new RSASSASigner(otherKey));
                case HS256 -> jwt.sign(new MACSigner(CLIENT_SECRET));
                case NONE -> {
                    return new PlainJWT(claims.build()).serialize();
                }
            }
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sign(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet.Builder claims)
            throws JOSEException {
        SignedJWT jwt =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID("upstream").build(), claims.build());
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
