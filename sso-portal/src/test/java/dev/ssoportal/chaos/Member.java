package dev.ssoportal.chaos;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One portal of the cluster, as a process that can be stopped, killed and paused. */
final class Member {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();

    private final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final int clusterPort = Ports.free();
    private final Path home;
    private volatile ServerProcess process;

    Member(Path home) throws IOException {
        this.home = Files.createDirectories(home);
    }

    /** @param publicUrl the proxy's */
    void configure(String publicUrl, int databasePort, List<Member> all) throws IOException {
        String members = all.stream()
                .map(member -> "\"127.0.0.1:" + member.clusterPort + "\"")
                .collect(Collectors.joining(", "));
        Files.writeString(home.resolve("portal.yaml"), """
                server:
                  base-url: %s
                  address: 127.0.0.1
                  port: %d
                  management-port: %d
                  shutdown-delay: 3s
                  data: %s
                cluster:
                  port: %d
                  members: [%s]
                database:
                  url: jdbc:postgresql://127.0.0.1:%d/postgres
                  user: postgres
                  password: ${file:%s}
                  timeout: 2s
                tokens:
                  access-token-lifetime: 1h
                master-key: ${file:%s}
                %s
                %s
                """.formatted(
                        publicUrl,
                        port,
                        managementPort,
                        home.resolve("data"),
                        clusterPort,
                        members,
                        databasePort,
                        Files.writeString(home.resolve("password"), "postgres"),
                        Files.writeString(home.resolve("master-key"), "a master key that all members share"),
                        Fixtures.localAccounts(),
                        Fixtures.catalog()));
    }

    void start() throws IOException, InterruptedException {
        process = ServerProcess.start(
                List.of("-Xmx384m", "-jar", "target/sso-portal.jar", "serve", "--config", home.toString()),
                port,
                "/assets/portal.css");
    }

    /** Stops as an orchestrator stops it, and waits until it is gone. */
    void stop() throws IOException, InterruptedException {
        process.signal("TERM");
        process.await();
    }

    void kill() throws IOException, InterruptedException {
        process.signal("KILL");
        process.await();
    }

    void pause() throws IOException, InterruptedException {
        process.signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        process.signal("CONT");
    }

    void close() {
        if (process != null) {
            process.close();
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    Path log() {
        return process.log();
    }

    boolean isReady() {
        return health().map(health -> "up".equals(health.get("status"))).orElse(false);
    }

    boolean hasBackups() {
        return health().map(health -> "up".equals(health.get("status")) && "complete".equals(health.get("backups")))
                .orElse(false);
    }

    private java.util.Optional<Map<String, Object>> health() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/health/ready"))
                .timeout(Duration.ofSeconds(1))
                .build();
        try {
            return java.util.Optional.of(JSONObjectUtils.parse(
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body()));
        } catch (IOException | ParseException e) {
            return java.util.Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return java.util.Optional.empty();
        }
    }
}
