package dev.ssoportal.http;

import dev.ssoportal.config.ServerConfig;
import dev.ssoportal.crypto.RandomIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jetty on one port with one servlet. Stops gracefully: requests under way are answered first. */
public final class HttpServer implements AutoCloseable {
    private static final int IDLE_MILLIS = 30_000;
    /** What a form needs; a larger body, such as a SAML response, is read by the thread that wants it. */
    private static final long EAGER_BYTES = 32 * 1024;

    private static final int MAX_CONNECTIONS = 10_000;
    private static final int STOP_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final Server server;
    private final ServerConnector connector;

    private HttpServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /** The portal's own port, with TLS if configured. */
    public static HttpServer forPortal(
            ServerConfig config,
            Routes routes,
            RequestContext context,
            Pages pages,
            Csrf csrf,
            RandomIds random,
            Supplier<Availability> availability) {
        HttpServer created = create(
                config,
                config.address(),
                config.port(),
                config.tls().isPresent(),
                new DispatchServlet(routes, context, pages, csrf, config.https(), random, availability),
                200);
        config.clientCertificates().port().ifPresent(port -> created.askForCertificates(config, port));
        return created;
    }

    /** The private port for health and metrics. */
    public static HttpServer forManagement(
            ServerConfig config, Routes routes, RequestContext context, Pages pages, Csrf csrf, RandomIds random) {
        return create(
                config,
                config.managementAddress(),
                config.managementPort(),
                false,
                new DispatchServlet(routes, context, pages, csrf, false, random, () -> Availability.OPEN),
                8);
    }

    private static HttpServer create(
            ServerConfig config, String address, int port, boolean tls, DispatchServlet servlet, int maxThreads) {
        QueuedThreadPool threads = new QueuedThreadPool(maxThreads, Math.min(8, maxThreads));
        threads.setName("http-" + port);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(config.maxHeaderBytes());
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setHttpCompliance(HttpCompliance.RFC7230);
        http.setUriCompliance(UriCompliance.DEFAULT);
        ServerConnector connector = tls
                ? new ServerConnector(
                        server,
                        1,
                        1,
                        ssl(new SslContextFactory.Server(), config.tls().orElseThrow()),
                        new HttpConnectionFactory(http))
                : new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        // Bodies arrive before a thread is given to them, so that slow senders hold connections and not threads.
        EagerContentHandler whole = new EagerContentHandler(
                context, new EagerContentHandler.RetainedContentLoaderFactory(EAGER_BYTES, 0, false));
        server.setHandler(new GracefulHandler(whole));
        server.setStopTimeout(STOP_MILLIS);
        return new HttpServer(server, connector);
    }

    /** A second port, which asks clients for a certificate and takes any: whose it is, is for the endpoint to say. */
    private void askForCertificates(ServerConfig config, int port) {
        HttpConfiguration http = new HttpConfiguration(
                connector.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration());
        http.addCustomizer(new SecureRequestCustomizer(false));

        ServerConnector asking = new ServerConnector(
                server,
                1,
                1,
                ssl(new AskingTls(), config.clientCertificates().tls().orElseThrow()),
                new HttpConnectionFactory(http));
        asking.setHost(config.address());
        asking.setPort(port);
        asking.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(asking);
    }

    private static SslConnectionFactory ssl(SslContextFactory.Server ssl, ServerConfig.Tls tls) {
        ssl.setKeyStorePath(tls.keyStore().toString());
        ssl.setKeyStoreType("PKCS12");
        ssl.setKeyStorePassword(tls.password().reveal());
        ssl.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        ssl.setIncludeCipherSuites("TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*");
        ssl.setSniRequired(false);
        return new SslConnectionFactory(ssl, "http/1.1");
    }

    /** @throws UncheckedIOException when the port is taken */
    public void start() {
        try {
            server.start();
        } catch (IOException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new UncheckedIOException(
                    "cannot listen on port " + connector.getPort() + ": " + root.getMessage(), e);
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server does not start", e);
        }
    }

    /** The port listened on, once started. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // A request that did not end in time is no reason to leave without a word to the other members.
            LOG.warn("the HTTP server on port {} was stopped with requests under way", connector.getPort(), e);
        }
    }
}
