package dev.ssoportal.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where the portal listens and what it is called from outside.
 *
 * @param baseUrl the issuer, without a trailing slash; every URL we publish starts with it
 * @param address the address to bind
 * @param port the port of the portal; 0 takes a free one
 * @param managementAddress the address of the private port for health and metrics
 * @param managementPort the private port; 0 takes a free one
 * @param trustedProxies addresses or CIDR ranges whose {@code X-Forwarded-For} is believed
 * @param tls a key store for our own TLS connector, if we terminate TLS
 * @param clientCertificates where client certificates come from
 * @param trustedCertificates a PEM file with what our own calls trust beside what the JDK does
 * @param templates a folder whose files replace the packed pages and assets
 * @param data the folder for the master key and the H2 database
 * @param maxRequestBytes the largest accepted request body
 * @param maxHeaderBytes the largest accepted request line and headers
 * @param shutdownDelay how long it goes on serving, unready, before it stops: for proxies to notice; absent means 5 seconds in a cluster, none
 *     alone
 */
public record ServerConfig(
        URI baseUrl,
        String address,
        int port,
        String managementAddress,
        int managementPort,
        List<String> trustedProxies,
        Optional<Tls> tls,
        ClientCertificateConfig clientCertificates,
        Optional<Path> trustedCertificates,
        Optional<Path> templates,
        Path data,
        int maxRequestBytes,
        int maxHeaderBytes,
        Optional<Duration> shutdownDelay) {

    /** A PKCS#12 key store. */
    public record Tls(Path keyStore, Secret password) {
        static Tls read(Section section) {
            Path keyStore = section.path("key-store").orElse(Path.of(""));
            Secret password = section.secret("password");
            if (!Files.isRegularFile(keyStore)) {
                section.problem("key-store", "is not a file: \"" + keyStore + "\"");
            } else {
                requireReadable(section, keyStore, password);
            }
            return new Tls(keyStore, password);
        }

        private static void requireReadable(Section section, Path keyStore, Secret password) {
            try (InputStream stream = Files.newInputStream(keyStore)) {
                KeyStore.getInstance("PKCS12").load(stream, password.reveal().toCharArray());
            } catch (IOException | GeneralSecurityException e) {
                section.problem("key-store", "is no PKCS#12 file that the password opens: " + e.getMessage());
            }
        }
    }

    public static ServerConfig read(Section section) {
        URI baseUrl = section.url("base-url");
        if (!baseUrl.getPath().isEmpty() || baseUrl.getQuery() != null) {
            section.problem(
                    "base-url", "must have no path; the portal owns its host name (\"__Host-\" cookies need that)");
        }
        int port = section.integer("port", 8080, 0, 65535);
        int managementPort = section.integer("management-port", 9000, 0, 65535);
        if (port == managementPort && port != 0) {
            section.problem("management-port", "must not be the portal's own port");
        }
        Optional<Path> templates = section.path("templates");
        if (templates.isPresent() && !Files.isDirectory(templates.get())) {
            section.problem("templates", "is not a folder");
        }
        return new ServerConfig(
                baseUrl,
                section.string("address", "0.0.0.0"),
                port,
                section.string("management-address", "127.0.0.1"),
                managementPort,
                section.strings("trusted-proxies"),
                section.has("tls") ? Optional.of(section.section("tls", Tls::read)) : Optional.empty(),
                section.section("client-certificates", ClientCertificateConfig::read),
                trusted(section),
                templates,
                Path.of(section.string("data", "data")),
                section.integer("max-request-bytes", 512 * 1024, 1024, 64 * 1024 * 1024),
                section.integer("max-header-bytes", 16 * 1024, 1024, 1024 * 1024),
                section.optionalDuration("shutdown-delay"));
    }

    private static Optional<Path> trusted(Section section) {
        Optional<Path> file = section.path("trusted-certificates");
        if (file.isPresent() && !Files.isReadable(file.get())) {
            section.problem("trusted-certificates", "cannot be read: " + file.get());
        }
        return file;
    }

    public boolean https() {
        return "https".equals(baseUrl.getScheme());
    }
}
