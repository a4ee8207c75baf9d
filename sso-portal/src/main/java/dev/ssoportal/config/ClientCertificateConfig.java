package dev.ssoportal.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where client certificates come from (RFC 8705): over TLS on a port of their own, where no browser is asked for one, or from a proxy.
 *
 * @param port asks every client for a certificate
 * @param tls the key store of that port
 * @param baseUrl what the port, or the proxy's, is called from outside
 * @param header in which a trusted proxy says which certificate it has seen
 * @param trust a PEM file with the certificate authorities that {@code tls-client-auth} relies on
 */
public record ClientCertificateConfig(
        Optional<Integer> port,
        Optional<ServerConfig.Tls> tls,
        Optional<URI> baseUrl,
        Optional<String> header,
        Optional<Path> trust) {

    static ClientCertificateConfig read(Section section) {
        Optional<Integer> port =
                section.has("port") ? Optional.of(section.integer("port", 8443, 0, 65535)) : Optional.empty();
        ClientCertificateConfig config = new ClientCertificateConfig(
                port,
                port.isPresent() ? Optional.of(ServerConfig.Tls.read(section)) : Optional.empty(),
                section.optionalUrl("base-url"),
                section.optionalString("header"),
                section.path("trust"));
        if (config.trust.isPresent() && !Files.isReadable(config.trust.get())) {
            section.problem("trust", "cannot be read");
        }
        return config;
    }

    /** Whether a client can have shown a certificate at all. */
    public boolean isOn() {
        return port.isPresent() || header.isPresent();
    }
}
