package dev.ssoportal;

import dev.ssoportal.http.Availability;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;

/** {@code /health/live}, {@code /health/ready} and {@code /metrics} on the private port. */
final class Health {
    private final Database database;
    private final Cluster cluster;
    private PrometheusMeterRegistry registry;
    private volatile boolean open;

    Health(Database database, Cluster cluster) {
        this.database = database;
        this.cluster = cluster;
    }

    void ready() {
        open = true;
    }

    void unready() {
        open = false;
    }

    /** Whether requests are served, and whether connections are kept for more of them. */
    Availability availability() {
        if (!cluster.hasQuorum()) {
            return Availability.AWAY;
        }
        return open ? Availability.OPEN : Availability.LEAVING;
    }

    /** Whether the process is worth keeping: it answers, and its cluster member has not given up. */
    Reply live(WebExchange exchange) {
        boolean lost = open && !cluster.isRunning();
        return Reply.json(lost ? 503 : 200, "{\"status\":\"" + word(!lost) + "\"}");
    }

    /** Whether to send requests here: started, not stopping, cluster and database at hand. */
    Reply readiness(WebExchange exchange) {
        boolean clusterUp = cluster.isRunning();
        boolean databaseUp = database.isAvailable();
        boolean quorum = cluster.hasQuorum();
        boolean ready = open && clusterUp && databaseUp && quorum;
        return Reply.json(
                ready ? 200 : 503,
                "{\"status\":\"" + word(ready) + "\",\"cluster\":\"" + word(clusterUp) + "\",\"database\":\""
                        + word(databaseUp) + "\",\"quorum\":\"" + word(quorum) + "\",\"backups\":\""
                        + (clusterUp && cluster.hasBackups() ? "complete" : "incomplete") + "\"}");
    }

    Reply metrics(WebExchange exchange) {
        return Reply.bytes(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                registry().scrape().getBytes(StandardCharsets.UTF_8));
    }

    /** Made when first asked for: a start does not wait for it. */
    private synchronized PrometheusMeterRegistry registry() {
        if (registry == null) {
            registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            Gauge.builder("ssoportal.cluster.members", cluster, Cluster::members)
                    .register(registry);
        }
        return registry;
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }
}
