package dev.ssoportal.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A browser reduced to what protocol tests look at: cookies per origin, and redirects that it shows instead of following. */
public final class Browser {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String baseUrl;
    private final Map<String, Map<String, String>> cookies = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();

    public Browser(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    /** Sends this header with every request from now on. */
    public Browser header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public Answer get(String target) {
        return send(target, request -> request.GET());
    }

    /** Posts a form given as name, value, name, value. */
    public Answer post(String target, String... form) {
        return postRaw(target, encode(form));
    }

    public Answer postRaw(String target, String body) {
        return send(
                target,
                request -> request.header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Answers a consent page. */
    public Answer answer(Answer consentPage, String decision) {
        return post(
                "/oauth2/consent",
                "csrf",
                consentPage.field("csrf"),
                "request",
                consentPage.field("request"),
                "session",
                consentPage.field("session"),
                "decision",
                decision);
    }

    /** Sends JSON by any method; nothing when it is empty. */
    public Answer sendJson(String method, String target, String json) {
        return send(
                target,
                request -> request.header("Content-Type", "application/json")
                        .method(
                                method,
                                json.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Follows redirects by GET until there is none, or one that leaves the host we began at. */
    public Answer follow(Answer answer) {
        Answer current = answer;
        for (int i = 0; i < 20 && current.status() == 303; i++) {
            String location = current.location();
            if (!location.startsWith("/") && !location.startsWith(baseUrl + "/")) {
                return current;
            }
            current = get(location);
        }
        return current;
    }

    public Answer signIn(String username, String password) {
        return signIn(username, password, "/");
    }

    public Answer signIn(String username, String password, String returnPath) {
        Answer form = get("/login/password?fresh=1&return=" + URLEncoder.encode(returnPath, StandardCharsets.UTF_8));
        return post(
                "/login/password",
                "username",
                username,
                "password",
                password,
                "csrf",
                form.field("csrf"),
                "return",
                returnPath);
    }

    /** Answers a sign-in form that is open already, with the password of the fixtures. */
    public Answer signInWith(Answer form, String username) {
        return post(
                "/login/password",
                "username",
                username,
                "password",
                Fixtures.PASSWORD,
                "csrf",
                form.field("csrf"),
                "return",
                form.field("return"));
    }

    public String cookie(String name) {
        return cookies.getOrDefault(origin(baseUrl), Map.of()).get(name);
    }

    public void setCookie(String name, String value) {
        cookies.computeIfAbsent(origin(baseUrl), key -> new LinkedHashMap<>()).put(name, value);
    }

    public void forgetCookies() {
        cookies.clear();
    }

    private Answer send(String target, java.util.function.Consumer<HttpRequest.Builder> method) {
        String url = target.startsWith("/") ? baseUrl + target : target;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30));
        Map<String, String> jar = cookies.computeIfAbsent(origin(url), key -> new LinkedHashMap<>());
        if (!jar.isEmpty()) {
            request.header(
                    "Cookie",
                    jar.entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .collect(Collectors.joining("; ")));
        }
        headers.forEach(request::header);
        method.accept(request);
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            response.headers().allValues("Set-Cookie").forEach(setCookie -> store(jar, setCookie));
            return Answer.of(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void store(Map<String, String> jar, String setCookie) {
        String pair = setCookie.split(";", 2)[0];
        int equals = pair.indexOf('=');
        if (setCookie.contains("Max-Age=0")) {
            jar.remove(pair.substring(0, equals));
        } else {
            jar.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
    }

    private static String origin(String url) {
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    public static String encode(String... form) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < form.length; i += 2) {
            body.append(i == 0 ? "" : "&")
                    .append(URLEncoder.encode(form[i], StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(form[i + 1], StandardCharsets.UTF_8));
        }
        return body.toString();
    }
}
