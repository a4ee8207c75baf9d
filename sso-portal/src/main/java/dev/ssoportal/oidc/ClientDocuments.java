package dev.ssoportal.oidc;

import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.http.PublicAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Fetches documents that clients name: keys, sector identifiers, request objects. A slow or hostile server costs few threads and little memory, and an app that
 * has registered itself cannot send us into our own network.
 */
public final class ClientDocuments {
    private static final int MAX_BYTES = 64 * 1024;

    /** Threads that wait for servers of strangers at a time, and for those that the operator has named; the others go on. */
    private static final int AT_ONCE = 8;

    private final OutboundHttp http;
    private final boolean privateAddresses;
    private final Semaphore strangers = new Semaphore(AT_ONCE);
    private final Semaphore ours = new Semaphore(2 * AT_ONCE);

    /** @param privateAddresses whether apps that have registered themselves may name addresses of private networks */
    public ClientDocuments(OutboundHttp http, boolean privateAddresses) {
        this.http = http;
        this.privateAddresses = privateAddresses;
    }

    private interface Call {
        String run() throws IOException;
    }

    /**
     * @param trusted whether the operator has named it, and not whoever has registered
     * @param type the media type to ask for
     * @throws IOException when there is none, or not in time
     * @throws UncheckedIOException when too many are waited for already, which says nothing about this one
     */
    public String get(URI uri, boolean trusted, String type) throws IOException {
        return waiting(trusted, uri, () -> http.get(uri, Map.of("Accept", type), MAX_BYTES));
    }

    /** What a stranger has named, and only if it is served as JSON: not whatever somebody has put on a server. */
    public String getJson(URI uri, int maxBytes) throws IOException {
        return waiting(false, uri, () -> http.getJson(uri, maxBytes));
    }

    private String waiting(boolean trusted, URI uri, Call call) throws IOException {
        Semaphore permits = trusted ? ours : strangers;
        if (!permits.tryAcquire()) {
            throw new UncheckedIOException(
                    "too many documents of clients are waited for", new IOException(uri.getHost()));
        }
        try {
            // Within, since a name may take long to resolve, too.
            requireAllowed(uri, trusted);
            return call.run();
        } finally {
            permits.release();
        }
    }

    /** @throws IOException when we must not go there */
    void requireAllowed(URI uri, boolean trusted) throws IOException {
        if (!trusted && !privateAddresses) {
            PublicAddresses.require(uri);
        }
    }
}
