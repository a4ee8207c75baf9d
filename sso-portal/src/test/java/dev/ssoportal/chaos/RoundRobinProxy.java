package dev.ssoportal.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a load balancer does, no more: each request to the next member that its health check finds ready, another one only when the request
 * has not been sent. Nothing is sticky, and nothing is sent twice.
 */
final class RoundRobinProxy implements AutoCloseable {
    private static final Duration CHECK = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofMillis(4500);
    private static final Set<String> NOT_FORWARDED =
            Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "date");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Member> ready = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();
    private volatile List<Member> members = List.of();
    private volatile boolean closed;

    RoundRobinProxy() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::forward);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Begins to check and to send to these. */
    void serve(List<Member> all) {
        members = all;
        all.forEach(member -> threads.execute(() -> check(member)));
    }

    private void check(Member member) {
        while (!closed) {
            if (member.isReady()) {
                ready.add(member);
            } else {
                ready.remove(member);
            }
            try {
                Thread.sleep(CHECK.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void forward(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try {
            HttpResponse<byte[]> answer = send(exchange, body);
            answer.headers().map().forEach((name, values) -> {
                if (!NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT)) && !name.startsWith(":")) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (IOException e) {
            exchange.sendResponseHeaders(502, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private HttpResponse<byte[]> send(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        List<Member> candidates = members.stream().filter(ready::contains).toList();
        int first = next.getAndIncrement();
        for (int i = 0; i < candidates.size(); i++) {
            Member member = candidates.get(Math.floorMod(first + i, candidates.size()));
            try {
                return http.send(request(exchange, body, member), HttpResponse.BodyHandlers.ofByteArray());
            } catch (ConnectException | HttpConnectTimeoutException e) {
                // Nothing has been sent; the next one shall have it.
                ready.remove(member);
            } catch (IOException e) {
                // It may have been sent: not again. But nobody else is sent there until a check has found it ready.
                ready.remove(member);
                throw e;
            }
        }
        throw new IOException("no member is ready");
    }

    private static HttpRequest request(HttpExchange exchange, byte[] body, Member member) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(member.url() + exchange.getRequestURI()))
                .timeout(PATIENCE)
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
        threads.shutdownNow();
    }
}
