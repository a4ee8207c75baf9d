package dev.ssoportal;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.config.ServerConfig;
import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SigningKeyStore;
import dev.ssoportal.crypto.SigningKeys;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;

/**
 * Makes new signing keys by command: the running portal does it, asked on its private port; when none runs here, it is done in the database,
 * where the members find it within a minute.
 */
final class KeyRotation {
    private static final String PATH = "/keys/rotate";

    /** A page in a browser on this machine cannot send it to us without asking first, and is refused then. */
    private static final String HEADER = "X-Requested-By";

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final SigningKeys keys;
    private final AuditLog audit;

    KeyRotation(SigningKeys keys, AuditLog audit) {
        this.keys = keys;
        this.audit = audit;
    }

    static String path() {
        return PATH;
    }

    /** {@code POST /keys/rotate} on the private port; {@code now=1} lets the new keys sign at once. */
    Reply handle(WebExchange exchange) {
        if (exchange.header(HEADER).isEmpty()) {
            throw new PageError(403, "error.form-foreign", "without " + HEADER);
        }
        boolean atOnce = exchange.query().single("now").isPresent();
        keys.rotate(atOnce ? Duration.ZERO : SigningKeys.LEAD);
        audit.record(AuditLog.Event.SIGNING_KEYS_ROTATED, "at-once", atOnce);
        return Reply.json(200, keys.publicKeys().toString(true));
    }

    /** @return the public keys, as they are published now */
    static String command(PortalConfig config, boolean atOnce, Clock clock) throws IOException, InterruptedException {
        try {
            return ask(config.server(), atOnce);
        } catch (ConnectException nobody) {
            return inDatabase(config, atOnce, clock);
        }
    }

    private static String ask(ServerConfig server, boolean atOnce) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + server.managementAddress() + ":" + server.managementPort() + PATH
                + (atOnce ? "?now=1" : ""));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header(HEADER, "sso-portal")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new UncheckedIOException(
                    "the portal does not rotate its keys", new IOException(uri + " answered " + answer.statusCode()));
        }
        return answer.body();
    }

    private static String inDatabase(PortalConfig config, boolean atOnce, Clock clock) {
        RandomIds ids = new RandomIds();
        MasterKey masterKey = MasterKey.load(config.masterKey(), config.server().data(), ids);
        try (Database database =
                Database.open(config.database(), config.server().data())) {
            SigningKeys keys = new SigningKeys(
                    new SigningKeyStore(database, masterKey, clock),
                    ids,
                    config.tokens().jwsAlgorithms(),
                    config.tokens().signingKeyRetention(),
                    clock);
            keys.rotate(atOnce ? Duration.ZERO : SigningKeys.LEAD);
            return keys.publicKeys().toString(true);
        }
    }
}
