package dev.ssoportal.testing;

import dev.ssoportal.Portal;
import dev.ssoportal.PortalConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A real portal on loopback, configured by real YAML. */
public final class TestPortal implements AutoCloseable {
    private final Portal portal;
    private final Path folder;
    private final String baseUrl;
    private final TestClock clock;

    private TestPortal(Portal portal, Path folder, String baseUrl, TestClock clock) {
        this.portal = portal;
        this.folder = folder;
        this.baseUrl = baseUrl;
        this.clock = clock;
    }

    /** A portal with the local accounts and the catalog of {@link Fixtures}. */
    public static TestPortal start() {
        return with().yaml(Fixtures.localAccounts())
                .yaml(Fixtures.catalog())
                .yaml("registration: {mode: open}")
                .build();
    }

    public static Builder with() {
        return new Builder();
    }

    /** Collects sections of YAML. */
    public static final class Builder {
        private final StringBuilder yaml = new StringBuilder();
        private final Map<String, String> environment = new HashMap<>();
        private TestClock clock = new TestClock();
        private int port = Ports.free();
        private String server = "";
        private Path folder;
        private String publicUrl;

        public Builder yaml(String section) {
            yaml.append(section).append('\n');
            return this;
        }

        /** More keys of the section {@code server}, each on a line indented by two. */
        public Builder server(String keys) {
            server += keys + "\n";
            return this;
        }

        public Builder port(int chosen) {
            port = chosen;
            return this;
        }

        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** The folder of an earlier portal, to start on its data. */
        public Builder folder(Path existing) {
            folder = existing;
            return this;
        }

        /** The clock of an earlier portal, to start at its time. */
        public Builder clock(TestClock running) {
            clock = running;
            return this;
        }

        public String baseUrl() {
            return "http://127.0.0.1:" + port;
        }

        /** What the portal is called from outside, when that is not where it listens. */
        public Builder publicUrl(String url) {
            publicUrl = url;
            return this;
        }

        public TestPortal build() {
            try {
                Path home = folder == null ? Files.createTempDirectory("portal") : folder;
                Files.writeString(home.resolve("portal.yaml"), """
                        server:
                          base-url: %s
                          address: 127.0.0.1
                          port: %d
                          management-port: 0
                          data: %s
                        %s
                        %s
                        """.formatted(
                                publicUrl == null ? baseUrl() : publicUrl, port, home.resolve("data"), server, yaml));
                Portal portal = Portal.start(PortalConfig.load(home, environment), clock);
                return new TestPortal(portal, home, baseUrl(), clock);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public String baseUrl() {
        return baseUrl;
    }

    public String managementUrl() {
        return "http://127.0.0.1:" + portal.managementPort();
    }

    public TestClock clock() {
        return clock;
    }

    public Path folder() {
        return folder;
    }

    public Portal portal() {
        return portal;
    }

    public Browser browser() {
        return new Browser(baseUrl);
    }

    /** A browser in which this person has signed in with the password form. */
    public Browser signedIn(String username) {
        Browser browser = browser();
        browser.signIn(username, Fixtures.PASSWORD);
        return browser;
    }

    public void crash() {
        portal.crash();
    }

    /** Stops, and keeps the data for another start. */
    public void stop() {
        portal.close();
    }

    @Override
    public void close() {
        portal.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
