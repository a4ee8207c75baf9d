package dev.ssoportal.bench;

import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The portal beside a bare server that answers as many bytes to the same requests and makes as many signatures: a row for each kind of work. */
final class Comparison implements AutoCloseable {
    private static final int CONNECTIONS = 32;
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warm-up-seconds", 20));
    private static final Duration MEASURED = Duration.ofSeconds(Integer.getInteger("bench.seconds", 6));

    /** Which rows, where not all of them are wanted. */
    private static final Pattern WANTED = Pattern.compile(System.getProperty("bench.rows", ""));

    private final ServerProcess bare = bare();
    private final List<Row> rows = new ArrayList<>();

    private record Measurement(double perSecond, double cpuSecondsPerThousand) {}

    private record Row(String name, Measurement portal, Measurement limit) {}

    Comparison() throws IOException, InterruptedException {}

    /** How many connections of a kind there will be, in all. */
    static int connections() {
        return 2 * CONNECTIONS;
    }

    private static ServerProcess bare() throws IOException, InterruptedException {
        int port = Ports.free();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return ServerProcess.start(
                List.of("-cp", classPath, BareServer.class.getName(), Integer.toString(port)), port, "/none/10");
    }

    /** Starts the portal's jar. */
    static ServerProcess portal(Path home, String configuration) throws IOException, InterruptedException {
        int port = Ports.free();
        Files.createDirectories(home);
        Files.writeString(home.resolve("portal.yaml"), """
                server:
                  base-url: http://127.0.0.1:%1$d
                  address: 127.0.0.1
                  port: %1$d
                  management-port: 0
                  data: %2$s
                %3$s
                """.formatted(port, home.resolve("data"), configuration));
        return ServerProcess.start(
                List.of("-jar", "target/sso-portal.jar", "serve", "--config", home.toString()),
                port,
                "/.well-known/openid-configuration");
    }

    /** @param signatures of each request of the round, as {@link BareServer} calls them */
    void add(String name, ServerProcess portal, List<LoadClient.Step> round, String... signatures) {
        if (!WANTED.matcher(name).find()) {
            return;
        }
        LoadClient client = new LoadClient(portal.port(), CONNECTIONS, round);
        Measurement measured = measure(portal, client);
        List<LoadClient.Step> bareRound = new ArrayList<>();
        for (int i = 0; i < round.size(); i++) {
            String sent = client.lastRequest(i);
            LoadClient.Step step = round.get(i);
            String path = " " + sent.split(" ", 3)[1] + " ";
            String barePath = " /" + signatures[i] + "/" + client.lastBody(i) + " ";
            bareRound.add(
                    step.made()
                            ? LoadClient.Step.made(
                                    200,
                                    () -> text(step.request().after(() -> "")).replace(path, barePath))
                            : LoadClient.Step.fixed(200, sent.replace(path, barePath)));
        }
        rows.add(new Row(name, measured, measure(bare, new LoadClient(bare.port(), CONNECTIONS, bareRound))));
    }

    private static String text(byte[] request) {
        return new String(request, StandardCharsets.ISO_8859_1);
    }

    private static Measurement measure(ServerProcess server, LoadClient client) {
        client.run(WARM_UP);
        Duration cpuBefore = server.cpu();
        long begin = System.nanoTime();
        long answered = client.run(MEASURED);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpu = server.cpu().minus(cpuBefore).toMillis() / 1000.0;
        return new Measurement(answered / seconds, cpu * 1000 / answered);
    }

    /** How many rows there are. */
    int size() {
        return rows.size();
    }

    void print(String footer) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                "%n%-35s %12s %14s %12s %14s %9s%n",
                "", "portal/s", "CPU s/1000", "limit/s", "CPU s/1000", "CPU ratio"));
        for (Row row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-35s %,12.0f %14.3f %,12.0f %14.3f %8.2fx%n",
                    row.name(),
                    row.portal().perSecond(),
                    row.portal().cpuSecondsPerThousand(),
                    row.limit().perSecond(),
                    row.limit().cpuSecondsPerThousand(),
                    row.portal().cpuSecondsPerThousand() / row.limit().cpuSecondsPerThousand()));
        }
        System.out.println(table + footer);
    }

    @Override
    public void close() {
        bare.close();
    }
}
