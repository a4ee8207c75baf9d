package dev.ssoportal.demo;

import dev.ssoportal.Portal;
import dev.ssoportal.PortalConfig;
import dev.ssoportal.crypto.PasswordHash;
import dev.ssoportal.crypto.RandomIds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All of it in one process: a corporate identity provider (a second portal), the portal, two apps, two APIs. Every secret is made at the
 * start and forgotten at the end, but for the passwords that the guide prints.
 */
final class DemoWorld implements AutoCloseable {
    static final String ALICES_PASSWORD = "wonderland";
    static final String BOBS_PASSWORD = "builder";

    /**
     * Where everything listens. The corporate provider goes by 127.0.0.1 and the rest by localhost: cookies tell hosts apart, not ports.
     */
    record Ports(
            int portal,
            int portalManagement,
            int idp,
            int idpManagement,
            int app,
            int orders,
            int inventory,
            int stock) {
        static final Ports DEFAULT = new Ports(8080, 9000, 9080, 9001, 8081, 8082, 8083, 8084);
    }

    private final Map<String, String> environment = new HashMap<>();
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Path folder;

    private DemoWorld(Ports ports, Path folder) {
        this.folder = folder;
        RandomIds random = new RandomIds();
        PasswordHash passwords = new PasswordHash(random);
        environment.put("PORTAL_URL", "http://localhost:" + ports.portal());
        environment.put("PORTAL_PORT", Integer.toString(ports.portal()));
        environment.put("PORTAL_MANAGEMENT_PORT", Integer.toString(ports.portalManagement()));
        environment.put("PORTAL_DATA", folder.resolve("portal-data").toString());
        environment.put("IDP_URL", "http://127.0.0.1:" + ports.idp());
        environment.put("IDP_PORT", Integer.toString(ports.idp()));
        environment.put("IDP_MANAGEMENT_PORT", Integer.toString(ports.idpManagement()));
        environment.put("IDP_DATA", folder.resolve("idp-data").toString());
        environment.put("STOCK_APP_URL", "http://localhost:" + ports.stock());
        environment.put("APP_URL", "http://localhost:" + ports.app());
        environment.put("ORDERS_URL", "http://localhost:" + ports.orders());
        environment.put("INVENTORY_URL", "http://localhost:" + ports.inventory());
        environment.put("PORTAL_CLIENT_SECRET", random.secret());
        environment.put("APP_CLIENT_SECRET", random.secret());
        environment.put("STOCK_APP_CLIENT_SECRET", random.secret());
        environment.put("APIS_CLIENT_SECRET", random.secret());
        environment.put("BATCH_CLIENT_SECRET", random.secret());
        environment.put("ALICE_PASSWORD_HASH", passwords.hash(ALICES_PASSWORD));
        environment.put("BOB_PASSWORD_HASH", passwords.hash(BOBS_PASSWORD));
    }

    /** Starts everything; when this returns, all of it serves. */
    static DemoWorld start(Ports ports) throws IOException {
        DemoWorld world = new DemoWorld(ports, Files.createTempDirectory("demo-world"));
        try {
            world.open(ports);
            return world;
        } catch (IOException | RuntimeException e) {
            world.close();
            throw e;
        }
    }

    private void open(Ports ports) throws IOException {
        PortalConfig idpConfig = config("corporate-idp");
        PortalConfig portalConfig = config("portal");
        running.push(Portal.start(idpConfig, Clock.systemUTC()));
        running.push(Portal.start(portalConfig, Clock.systemUTC()));
        RevokedTokens revokedTokens =
                new RevokedTokens(portalUrl(), "acme-apis", environment.get("APIS_CLIENT_SECRET"));
        running.push(revokedTokens);
        running.push(OrdersApi.start(ports.orders(), portalUrl(), ordersUrl(), revokedTokens));
        running.push(InventoryApi.start(ports.inventory(), portalUrl(), inventoryUrl(), revokedTokens));
        RelyingParty ordersApp = new RelyingParty(
                appUrl(),
                portalUrl(),
                "demo-app",
                environment.get("APP_CLIENT_SECRET"),
                "openid profile email groups orders");
        RelyingParty stockApp = new RelyingParty(
                stockAppUrl(),
                portalUrl(),
                "stock-app",
                environment.get("STOCK_APP_CLIENT_SECRET"),
                "openid profile inventory");
        running.push(OrdersApp.start(ports.app(), ordersApp, ordersUrl() + "/orders"));
        running.push(StockApp.start(ports.stock(), stockApp, inventoryUrl() + "/stock"));
    }

    private PortalConfig config(String name) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        try (InputStream yaml = DemoWorld.class.getResourceAsStream("/demo/" + name + "/portal.yaml")) {
            Files.copy(yaml, target.resolve("portal.yaml"));
        }
        return PortalConfig.load(target, environment);
    }

    String portalUrl() {
        return environment.get("PORTAL_URL");
    }

    String idpUrl() {
        return environment.get("IDP_URL");
    }

    String appUrl() {
        return environment.get("APP_URL");
    }

    String stockAppUrl() {
        return environment.get("STOCK_APP_URL");
    }

    String ordersUrl() {
        return environment.get("ORDERS_URL");
    }

    String inventoryUrl() {
        return environment.get("INVENTORY_URL");
    }

    BatchJob batchJob() {
        return new BatchJob(portalUrl(), "nightly-batch", environment.get("BATCH_CLIENT_SECRET"));
    }

    /** What to try, for a person at a terminal. */
    String guide() {
        return """

                The demo world is running.

                  Portal                 %1$s
                  Orders app             %2$s
                  Stock app              %9$s
                  Corporate provider     %3$s
                  Orders API             %4$s/orders
                  Inventory API          %5$s/stock

                Who can sign in (at the corporate provider, where the portal sends you):
                  alice / %6$s      an engineer: sees every tile, may place orders
                  bob   / %7$s         in sales: fewer tiles, may read orders only

                Try:
                  1. Open %1$s and sign in as alice.
                  2. Click "Orders": you are signed in there without a second sign-in.
                  3. Open "Stock" too, and sign out there: the orders app, the portal and the provider have heard of it.
                  4. In the portal, behind your name: where you are signed in, who was told of a sign-out, what apps may do.

                A program calls the orders API under its own name:
                  TOKEN=$(curl -s -u nightly-batch:%8$s \\
                    -d grant_type=client_credentials -d resource=%4$s %1$s/oauth2/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
                  curl -i -H "Authorization: Bearer $TOKEN" %4$s/orders            # 200, it may read
                  curl -i -H "Authorization: Bearer $TOKEN" -d item=x %4$s/orders  # 403, it may not write

                Stop with Ctrl-C.
                """.formatted(
                        portalUrl(),
                        appUrl(),
                        idpUrl(),
                        ordersUrl(),
                        inventoryUrl(),
                        ALICES_PASSWORD,
                        BOBS_PASSWORD,
                        environment.get("BATCH_CLIENT_SECRET"),
                        stockAppUrl());
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                failure = new IOException("something of the demo world does not stop", e);
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
