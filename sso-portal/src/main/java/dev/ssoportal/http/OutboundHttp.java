package dev.ssoportal.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Our own requests to others: bounded in time and size, without following redirects. */
public final class OutboundHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final Pattern JSON = Pattern.compile("(?i)application/([a-z0-9.-]+\\+)?json *(;.*)?");

    /** Of an answer whose status is all that counts. */
    private static final int MAX_IGNORED_BYTES = 64 * 1024;

    private final HttpClient client;

    public OutboundHttp() {
        this(Optional.empty());
    }

    /** @param trusted a PEM file with certificates to trust beside those that the JDK does */
    public OutboundHttp(Optional<Path> trusted) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1);
        trusted.map(TrustedCertificates::tls).ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    /**
     * @return the body of a 200 answer, as UTF-8
     * @throws IOException when there is none within 5 seconds and 4 MiB
     */
    public String get(URI uri, Map<String, String> headers) throws IOException {
        return get(uri, headers, MAX_BYTES);
    }

    /** The same, with another limit. */
    public String get(URI uri, Map<String, String> headers, int maxBytes) throws IOException {
        return new String(ok(uri, headers, maxBytes).body(), StandardCharsets.UTF_8);
    }

    /** The same, if the answer says that it is JSON. */
    public String getJson(URI uri, int maxBytes) throws IOException {
        HttpResponse<byte[]> response = ok(uri, Map.of("Accept", "application/json"), maxBytes);
        String type = response.headers().firstValue("Content-Type").orElse("none");
        if (!JSON.matcher(type).matches()) {
            throw new IOException(uri + " answered with the content type " + type);
        }
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> ok(URI uri, Map<String, String> headers, int maxBytes) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(TIMEOUT).GET();
        headers.forEach(request::header);
        HttpResponse<byte[]> response = send(request.build(), maxBytes);
        if (response.statusCode() != 200) {
            throw new IOException(uri + " answered " + response.statusCode());
        }
        return response;
    }

    /** Posts a form, on nobody's thread, and tells the status; fails when there is none within 5 seconds. */
    public CompletableFuture<Integer> postForm(URI uri, String form) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, info -> new BoundedBody(MAX_IGNORED_BYTES));
        CompletableFuture<Integer> status =
                answer.thenApply(HttpResponse::statusCode).orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Integer> unused = status.whenComplete((received, failure) -> {
            if (failure != null) {
                // Whoever drips an answer shall not keep the connection.
                answer.cancel(true);
            }
        });
        return status;
    }

    /** The request's own timeout ends with the headers; ours covers the body too. */
    private HttpResponse<byte[]> send(HttpRequest request, int maxBytes) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, info -> new BoundedBody(maxBytes));
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(request.uri() + " does not answer within " + TIMEOUT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(request.uri() + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }
}
