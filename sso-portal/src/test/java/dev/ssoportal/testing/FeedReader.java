package dev.ssoportal.testing;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Reads server-sent events as a gateway does. */
public final class FeedReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Event END = new Event("", "end of stream", Map.of());

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Stream<String> lines;
    private String id = "";
    private String name = "";
    private Map<String, Object> data = Map.of();

    /** One event. */
    public record Event(String id, String name, Map<String, Object> data) {}

    private FeedReader(Stream<String> lines) {
        this.lines = lines;
        Thread reading = new Thread(this::read, "feed reader");
        reading.setDaemon(true);
        reading.start();
    }

    public static FeedReader open(String baseUrl, String token, String lastEventId) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(baseUrl + "/oauth2/revocations"))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            HttpResponse<Stream<String>> response =
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofLines());
            if (response.statusCode() != 200) {
                throw new AssertionError("the feed answered " + response.statusCode());
            }
            return new FeedReader(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void read() {
        try {
            lines.forEach(this::line);
        } catch (UncheckedIOException e) {
            // The server has gone, or the test has closed us.
        }
        events.add(END);
    }

    private void line(String line) {
        if (line.isEmpty()) {
            if (!name.isEmpty()) {
                events.add(new Event(id, name, data));
            }
            name = "";
        } else if (line.startsWith("id: ")) {
            id = line.substring(4);
        } else if (line.startsWith("event: ")) {
            name = line.substring(7);
        } else if (line.startsWith("data: ")) {
            try {
                data = JSONObjectUtils.parse(line.substring(6));
            } catch (ParseException e) {
                throw new AssertionError(line, e);
            }
        }
    }

    public Event next() {
        try {
            Event event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null) {
                throw new AssertionError("no event in " + PATIENCE);
            }
            return event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public Event awaitEvent(String expected) {
        Event event = next();
        while (!event.name().equals(expected)) {
            if (event.equals(END)) {
                throw new AssertionError("the stream has ended before " + expected);
            }
            event = next();
        }
        return event;
    }

    public void awaitEnd() {
        Event event = next();
        while (!event.equals(END)) {
            event = next();
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
