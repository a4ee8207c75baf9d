package dev.ssoportal.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;

/** A program with a name of its own: gets a token for one API by its secret, and calls the API with it. */
final class BatchJob {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String portal;
    private final String clientId;
    private final String clientSecret;

    BatchJob(String portal, String clientId, String clientSecret) {
        this.portal = portal;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
    }

    /** An access token for one API, by the client_credentials grant. */
    String token(String api) throws IOException, InterruptedException {
        return tokenFor("resource=" + URLEncoder.encode(api, StandardCharsets.UTF_8));
    }

    /** An access token for the portal itself, with one of its scopes. */
    String tokenWithScope(String scope) throws IOException, InterruptedException {
        return tokenFor("scope=" + scope);
    }

    private String tokenFor(String what) throws IOException, InterruptedException {
        String credentials =
                Base64.getEncoder().encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
        String form = "grant_type=client_credentials&" + what;
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(portal + "/oauth2/token"))
                        .header("Authorization", "Basic " + credentials)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .timeout(Duration.ofSeconds(10))
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        try {
            return JSONObjectUtils.getString(JSONObjectUtils.parse(answer.body()), "access_token");
        } catch (ParseException e) {
            throw new IOException("no token: " + answer.statusCode() + " " + answer.body(), e);
        }
    }

    HttpResponse<String> read(String url, String token) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)).GET(), token);
    }

    HttpResponse<String> order(String url, String token, String item) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "item=" + URLEncoder.encode(item, StandardCharsets.UTF_8))),
                token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String token)
            throws IOException, InterruptedException {
        return http.send(
                request.header("Authorization", "Bearer " + token).build(), HttpResponse.BodyHandlers.ofString());
    }
}
