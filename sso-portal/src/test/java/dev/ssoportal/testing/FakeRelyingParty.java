package dev.ssoportal.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** An app as a test drives it: makes authorization requests, redeems codes, refreshes. */
public final class FakeRelyingParty {
    private final String baseUrl;
    private final String clientId;
    private final CodeVerifier verifier = new CodeVerifier();
    private Optional<DpopKey> dpop = Optional.empty();

    public FakeRelyingParty(TestPortal portal, String clientId) {
        this(portal.baseUrl(), clientId);
    }

    public FakeRelyingParty(String baseUrl, String clientId) {
        this.baseUrl = baseUrl;
        this.clientId = clientId;
    }

    /** Proves possession of a key with every request from now on. */
    public FakeRelyingParty dpop(DpopKey key) {
        dpop = Optional.of(key);
        return this;
    }

    public CodeVerifier verifier() {
        return verifier;
    }

    /** A valid authorization request; the pairs replace or add parameters, an empty value removes one. */
    public Map<String, String> request(String... changes) {
        Map<String, String> request = new LinkedHashMap<>();
        request.put("client_id", clientId);
        request.put("redirect_uri", Fixtures.CALLBACK);
        request.put("response_type", "code");
        request.put("scope", "openid profile");
        request.put("state", "state-1");
        request.put("nonce", "nonce-1");
        request.put(
                "code_challenge",
                CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue());
        request.put("code_challenge_method", "S256");
        for (int i = 0; i < changes.length; i += 2) {
            request.remove(changes[i]);
            if (!changes[i + 1].isEmpty()) {
                request.put(changes[i], changes[i + 1]);
            }
        }
        return request;
    }

    private static String[] form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                .toArray(String[]::new);
    }

    /** {@link #request} as a path. */
    public String authorizePath(String... changes) {
        return "/oauth2/authorize?" + Browser.encode(form(request(changes)));
    }

    /** {@link #request}, pushed. */
    public Answer push(String... changes) {
        return pushRaw(form(request(changes)));
    }

    public Answer pushRaw(String... form) {
        return post("/oauth2/par", form);
    }

    /** Runs the authorization request in a browser that is signed in, and takes the code from the redirect. */
    public String code(Browser browser, String... changes) {
        Answer answer = browser.get(authorizePath(changes));
        return answer.locationParameter("code")
                .orElseThrow(() -> new AssertionError("no code in " + answer.location()));
    }

    public Answer redeem(String code) {
        return redeem(code, verifier.getValue());
    }

    public Answer redeem(String code, String codeVerifier) {
        return token(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                Fixtures.CALLBACK,
                "code_verifier",
                codeVerifier);
    }

    public Answer refresh(String refreshToken, String... more) {
        List<String> form = new ArrayList<>(List.of("grant_type", "refresh_token", "refresh_token", refreshToken));
        form.addAll(List.of(more));
        return token(form.toArray(String[]::new));
    }

    /** A token request, authenticated the way this client of {@link Fixtures} is registered. */
    public Answer token(String... form) {
        return post("/oauth2/token", form);
    }

    public Answer post(String path, String... form) {
        List<String> all = new ArrayList<>(List.of(form));
        Browser caller = new Browser(baseUrl);
        dpop.ifPresent(key -> caller.header("DPoP", key.proof("POST", baseUrl + path)));
        switch (clientId) {
            case "spa", "native", "tv" -> name(all);
            case "partner" -> {
                name(all);
                all.addAll(List.of("client_secret", Fixtures.SECRET));
            }
            case "keyed", "robot", "fapi" ->
                all.addAll(List.of(
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion",
                        assertion(
                                clientId,
                                baseUrl,
                                Instant.now().plusSeconds(60),
                                UUID.randomUUID().toString(),
                                Fixtures.CLIENT_KEY)));
            default -> caller.header("Authorization", basic(clientId, Fixtures.SECRET));
        }
        return caller.post(path, all.toArray(String[]::new));
    }

    private void name(List<String> form) {
        if (!form.contains("client_id")) {
            form.addAll(List.of("client_id", clientId));
        }
    }

    public static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    public static String assertion(String clientId, String audience, Instant expires, String jwtId, ECKey key) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256)
                            .keyID(key.getKeyID())
                            .build(),
                    new JWTClaimsSet.Builder()
                            .issuer(clientId)
                            .subject(clientId)
                            .audience(audience)
                            .expirationTime(Date.from(expires))
                            .jwtID(jwtId)
                            .build());
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
