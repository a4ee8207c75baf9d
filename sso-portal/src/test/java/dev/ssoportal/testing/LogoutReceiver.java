package dev.ssoportal.testing;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.ssoportal.http.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;

/** Apps' back-channel logout endpoints: {@code /<app>} notes the logout token and answers as the test says. */
public final class LogoutReceiver implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What has been received. */
    public record Received(String app, SignedJWT token) {
        public JWTClaimsSet claims() {
            try {
                return token.getJWTClaimsSet();
            } catch (ParseException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();

    /** From the number of calls so far to a status; 0 never answers. */
    public volatile IntUnaryOperator answers = calls -> 200;

    public LogoutReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String token = Parameters.parse(body).single("logout_token").orElse("");
            try {
                received.add(new Received(exchange.getRequestURI().getPath().substring(1), SignedJWT.parse(token)));
            } catch (ParseException e) {
                throw new IOException(e);
            }
            int status = answers.applyAsInt(received.size());
            if (status != 0) {
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            }
        });
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
    }

    public String url(String app) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + app;
    }

    public List<Received> received() {
        return received;
    }

    /** Waits until so many have come in; what is told off the request's thread needs its time. */
    public List<Received> await(int count) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (received.size() < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError("only " + received.size() + " of " + count + " were told");
            }
            pause();
        }
        return received;
    }

    static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
