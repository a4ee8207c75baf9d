package dev.ssoportal.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which access tokens are worth nothing although they have not expired: it reads the portal's revocation feed ({@code
 * /oauth2/revocations}) for as long as it runs, and comes back with the last event it has seen when the connection breaks. While the portal
 * is away, tokens are as good as their signature and their few minutes of life. Copy it beside {@link BearerTokenFilter}; it needs a service
 * account with the scope {@code revocations}.
 */
final class RevokedTokens implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RevokedTokens.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** From what a token is known by to when it is forgotten, in seconds since 1970. */
    private final Map<String, Revoked> revoked = new ConcurrentHashMap<>();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String portal;
    private final BatchJob account;
    private final Thread reader = new Thread(this::read, "revocation feed");
    private final Thread watchdog = new Thread(this::watch, "revocation feed watchdog");
    private volatile InputStream current;
    private volatile long heardAt = System.nanoTime();
    private String lastId = "";
    private volatile boolean closed;

    private record Revoked(long at, long forgottenAt) {}

    RevokedTokens(String portal, String clientId, String clientSecret) {
        this.portal = portal;
        this.account = new BatchJob(portal, clientId, clientSecret);
        for (Thread thread : new Thread[] {reader, watchdog}) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Whether one of the names that a token goes by has been revoked. */
    boolean contains(JWTClaimsSet token) throws ParseException {
        String tokenId = String.valueOf(token.getJWTID());
        int dot = tokenId.indexOf('.');
        Revoked ofPersonAtApp = revoked.get("sub " + token.getSubject() + " " + token.getStringClaim("client_id"));
        return revoked.containsKey("jti " + tokenId)
                || revoked.containsKey("client_id " + token.getStringClaim("client_id"))
                || revoked.containsKey("sid " + token.getStringClaim("sid"))
                || (dot > 0 && revoked.containsKey("grant_id " + tokenId.substring(0, dot)))
                || (ofPersonAtApp != null && token.getIssueTime().toInstant().getEpochSecond() <= ofPersonAtApp.at());
    }

    private void read() {
        while (!closed) {
            try (InputStream feed = open();
                    BufferedReader lines = new BufferedReader(new InputStreamReader(feed, StandardCharsets.UTF_8))) {
                heardAt = System.nanoTime();
                current = feed;
                for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
                    heardAt = System.nanoTime();
                    line(line);
                }
            } catch (IOException | ParseException e) {
                LOG.info("the revocation feed is away: {}", e.toString());
            } catch (InterruptedException e) {
                return;
            }
            pause();
        }
    }

    /** The portal says something every ten seconds. A connection that is silent for longer is dead, whatever the network believes. */
    private void watch() {
        while (!closed) {
            if (current != null && System.nanoTime() - heardAt > SILENCE.toNanos()) {
                try {
                    current.close();
                } catch (IOException e) {
                    LOG.info("closing a silent feed: {}", e.toString());
                }
            }
            pause();
        }
    }

    private InputStream open() throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(portal + "/oauth2/revocations"))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + account.tokenWithScope("revocations"))
                .header("Accept", "text/event-stream");
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            answer.body().close();
            throw new IOException("answered " + answer.statusCode());
        }
        return answer.body();
    }

    private void line(String line) throws ParseException {
        if (line.startsWith("id: ")) {
            lastId = line.substring(4);
        } else if (line.startsWith("data: {\"")) {
            remember(JSONObjectUtils.parse(line.substring(6)));
        }
    }

    private void remember(Map<String, Object> entry) throws ParseException {
        Revoked until = new Revoked(JSONObjectUtils.getLong(entry, "iat"), JSONObjectUtils.getLong(entry, "exp"));
        for (String name : new String[] {"jti", "sid", "grant_id"}) {
            if (entry.containsKey(name)) {
                revoked.put(name + " " + entry.get(name), until);
            }
        }
        if (entry.containsKey("sub")) {
            revoked.put("sub " + entry.get("sub") + " " + entry.get("client_id"), until);
        } else if (entry.containsKey("client_id")) {
            revoked.put("client_id " + entry.get("client_id"), until);
        }
        // What has expired by itself need not be remembered.
        revoked.values().removeIf(other -> other.forgottenAt() < until.at());
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        watchdog.interrupt();
    }
}
