package dev.ssoportal.oidc;

import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.http.PublicAddresses;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Fetches documents that clients name: keys, sector identifiers. A slow or hostile server costs few threads and little memory, and an app that
 * has registered itself cannot send us into our own network.
 */
public final class ClientDocuments {
    private static final int MAX_BYTES = 64 * 1024;

    /** Threads that wait for such servers at a time; the others go on. */
    private static final int AT_ONCE = 16;

    private final OutboundHttp http;
    private final boolean privateAddresses;
    private final Semaphore waiting = new Semaphore(AT_ONCE);

    /** @param privateAddresses whether apps that have registered themselves may name addresses of private networks */
    public ClientDocuments(OutboundHttp http, boolean privateAddresses) {
        this.http = http;
        this.privateAddresses = privateAddresses;
    }

    /**
     * @param trusted whether the operator has named it, and not whoever has registered
     * @throws IOException when there is none, or not in time, or too many are waited for already
     */
    public String get(URI uri, boolean trusted) throws IOException {
        return get(uri, trusted, MAX_BYTES);
    }

    /** The same, with another limit. */
    public String get(URI uri, boolean trusted, int maxBytes) throws IOException {
        requireAllowed(uri, trusted);
        if (!waiting.tryAcquire()) {
            throw new IOException("too many documents of clients are waited for");
        }
        try {
            return http.get(uri, Map.of("Accept", "application/json"), maxBytes);
        } finally {
            waiting.release();
        }
    }

    /** @throws IOException when we must not go there */
    void requireAllowed(URI uri, boolean trusted) throws IOException {
        if (!trusted && !privateAddresses) {
            PublicAddresses.require(uri);
        }
    }
}
