package dev.ssoportal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.DpopKey;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Jwts;
import dev.ssoportal.testing.Registrations;
import dev.ssoportal.testing.SharedPortal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Good requests, spoiled at random: whatever comes, no answer is our fault (5xx), and no redirect leads where nobody has registered. Runs for
 * seconds; {@code -Pfuzz} for minutes. A failure names its seed: {@code -Dfuzz.seed=…} runs the same again.
 */
class FuzzTest extends SharedPortal {
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("fuzz.seconds", 4));
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "null",
            "[]",
            "{}",
            "[null]",
            "{\"a\":null}",
            "\u0000",
            "\r\nSet-Cookie: a=b",
            "ä",
            "日本",
            "\uD800",
            "%",
            "%00",
            "+",
            "-1",
            "0",
            "99999999999999999999",
            "NaN",
            "true",
            "x".repeat(3000),
            "[".repeat(500),
            "{\"a\":".repeat(200),
            "https://evil.example/",
            "//evil.example",
            "javascript:alert(1)",
            "http://127.0.0.1:9/callback#f",
            "http://127.0.0.1:9/callback/../x",
            "urn:ietf:params:oauth:request_uri:x",
            "eyJhbGciOiJub25lIn0.e30.",
            "a.b.c",
            "a.b.c.d.e",
            "openid openid",
            "openid\tprofile",
            "none login",
            "query.jwt",
            "form_post",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

    private static final List<String> NAMES = List.of(
            "request",
            "request_uri",
            "claims",
            "authorization_details",
            "response_mode",
            "prompt",
            "max_age",
            "id_token_hint",
            "acr_values",
            "ui_locales",
            "login_hint",
            "resource",
            "audience",
            "interaction",
            "dpop_jkt",
            "code",
            "device_code",
            "client_assertion",
            "client_assertion_type",
            "client_secret",
            "refresh_token",
            "token",
            "user_code",
            "ä",
            "");

    private final Random random = new Random(SEED);
    private final DpopKey key = new DpopKey();
    private final Browser ann = portal.signedIn("ann");

    private record Sent(String method, String path, String body, Map<String, String> headers) {}

    @Test
    void answersWhateverComes() {
        long end = System.nanoTime() + TIME.toNanos();
        int sent = 0;
        while (System.nanoTime() < end) {
            Sent request = request();
            Answer answer = send(request);
            String what = "seed " + SEED + ", request " + sent + ": " + request;
            assertThat(answer.status()).as(what).isLessThan(500);
            answer.header("Location")
                    .ifPresent(location -> assertThat(isOurs(location))
                            .as(what + " led to " + location)
                            .isTrue());
            sent++;
        }
        assertThat(sent).isPositive();
    }

    private boolean isOurs(String location) {
        return (location.startsWith("/") && !location.startsWith("//"))
                || location.startsWith(portal.baseUrl() + "/")
                || location.startsWith(Fixtures.CALLBACK + "?")
                || location.equals(Fixtures.LANDING)
                || location.startsWith(Fixtures.LANDING + "?");
    }

    private Answer send(Sent request) {
        Browser browser = portal.browser();
        if (random.nextBoolean()) {
            browser.setCookie("session", ann.cookie("session"));
        }
        request.headers().forEach(browser::header);
        if ("GET".equals(request.method())) {
            return browser.get(request.path() + "?" + request.body());
        }
        return request.path().contains("/register")
                ? browser.sendJson(request.method(), request.path(), request.body())
                : browser.postRaw(request.path(), request.body());
    }

    private Sent request() {
        String basic = FakeRelyingParty.basic(one(List.of("web", "batch", "old", "nobody")), Fixtures.SECRET);
        Map<String, String> authorized = Map.of("Authorization", random.nextInt(4) == 0 ? spoiled(basic) : basic);
        return switch (random.nextInt(10)) {
            case 0 -> new Sent("GET", "/oauth2/authorize", form(authorize("web")), Map.of());
            case 1 -> new Sent("POST", "/oauth2/par", form(authorize("web")), authorized);
            case 2 -> new Sent("GET", "/oauth2/authorize", form(withObject()), Map.of());
            case 3 -> new Sent("POST", "/oauth2/token", form(token()), authorized);
            case 4 -> new Sent("POST", "/oauth2/token", form(withAssertion()), Map.of("DPoP", proof()));
            case 5 ->
                new Sent(
                        "POST",
                        one(List.of("/oauth2/introspect", "/oauth2/revoke")),
                        form(List.of("token", "x")),
                        authorized);
            case 6 ->
                new Sent(
                        "POST",
                        "/oauth2/device_authorization",
                        form(List.of("client_id", "tv", "scope", "openid")),
                        Map.of());
            case 7 ->
                new Sent(
                        "POST",
                        "/oauth2/register",
                        spoiled(Registrations.metadata(Map.of("token_endpoint_auth_method", one(HOSTILE)))),
                        Map.of());
            case 8 ->
                new Sent(
                        "GET",
                        "/oauth2/logout",
                        form(List.of("client_id", "web", "post_logout_redirect_uri", Fixtures.LANDING, "state", "s")),
                        Map.of());
            default ->
                new Sent("GET", "/oauth2/userinfo", "", Map.of("Authorization", spoiled("DPoP abc"), "DPoP", proof()));
        };
    }

    private List<String> authorize(String client) {
        return pairs(new FakeRelyingParty(portal, client).request("response_mode", one(List.of("", "query", "jwt"))));
    }

    private static List<String> pairs(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
    }

    private List<String> token() {
        return new ArrayList<>(List.of(
                "grant_type",
                one(List.of(
                        "authorization_code",
                        "refresh_token",
                        "client_credentials",
                        "urn:ietf:params:oauth:grant-type:device_code")),
                "code",
                "x",
                "refresh_token",
                "a~0~b",
                "device_code",
                "x",
                "redirect_uri",
                Fixtures.CALLBACK,
                "code_verifier",
                "v".repeat(43),
                "scope",
                "orders"));
    }

    private List<String> withObject() {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer("keyed")
                .audience(portal.baseUrl())
                .expirationTime(Date.from(portal.clock().instant().plusSeconds(60)));
        new FakeRelyingParty(portal, "keyed").request().forEach(claims::claim);
        for (int i = random.nextInt(3); i >= 0; i--) {
            claims.claim(one(NAMES), anything());
        }
        claims.claim(
                one(List.of("scope", "redirect_uri", "state", "nonce", "response_type", "aud", "iss", "exp")),
                anything());
        return new ArrayList<>(List.of(
                "client_id",
                "keyed",
                "redirect_uri",
                Fixtures.CALLBACK,
                "request",
                Jwts.signed(Fixtures.CLIENT_KEY, claims.build())));
    }

    private Object anything() {
        return switch (random.nextInt(7)) {
            case 0 -> random.nextInt();
            case 1 -> List.of();
            case 2 -> List.of(one(HOSTILE), 3);
            case 3 -> Map.of("a", one(HOSTILE));
            case 4 -> true;
            case 5 -> List.of(Map.of("type", "payment"));
            default -> one(HOSTILE);
        };
    }

    private List<String> withAssertion() {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer("robot")
                .subject("robot")
                .audience(portal.baseUrl())
                .jwtID(Long.toString(random.nextLong()))
                .expirationTime(Date.from(portal.clock().instant().plusSeconds(60)))
                .claim(one(List.of("iss", "sub", "aud", "jti", "exp", "nbf", "iat", "x")), anything());
        List<String> form = token();
        form.addAll(List.of(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                Jwts.signed(Fixtures.CLIENT_KEY, claims.build())));
        return form;
    }

    private String proof() {
        JWTClaimsSet claims = key.claims("POST", portal.baseUrl() + "/oauth2/token")
                .claim(one(List.of("htm", "htu", "jti", "iat", "ath", "nonce", "x")), anything())
                .build();
        String proof = key.proof(claims);
        return random.nextInt(3) == 0 ? printable(spoiled(proof)) : proof;
    }

    /** What fits into a header at all. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** A form of pairs, spoiled in a few places. */
    private String form(List<String> good) {
        List<String> pairs = new ArrayList<>(good);
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(Math.max(1, pairs.size() / 2)) * 2;
            switch (random.nextInt(5)) {
                case 0 -> pairs.set(at + 1, one(HOSTILE));
                case 1 -> pairs.set(at + 1, spoiled(pairs.get(at + 1)));
                case 2 -> pairs.addAll(List.of(pairs.get(at), one(HOSTILE)));
                case 3 -> pairs.addAll(List.of(one(NAMES), one(HOSTILE)));
                default -> {
                    pairs.remove(at);
                    pairs.remove(at);
                    if (pairs.isEmpty()) {
                        return "";
                    }
                }
            }
        }
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < pairs.size(); i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(encoded(pairs.get(i)))
                    .append('=')
                    .append(encoded(pairs.get(i + 1)));
        }
        return form.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Characters changed, left out, put in. */
    private String spoiled(String text) {
        StringBuilder spoiled = new StringBuilder(text);
        for (int i = random.nextInt(4); i >= 0 && spoiled.length() > 0; i--) {
            int at = random.nextInt(spoiled.length());
            switch (random.nextInt(3)) {
                case 0 -> spoiled.setCharAt(at, (char) (0x20 + random.nextInt(0x5f)));
                case 1 -> spoiled.deleteCharAt(at);
                default -> spoiled.insert(at, (char) (0x20 + random.nextInt(0x5f)));
            }
        }
        return spoiled.toString();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
