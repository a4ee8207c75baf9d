package dev.ssoportal;

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
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile boolean open;

    Health(Database database, Cluster cluster) {
        this.database = database;
        this.cluster = cluster;
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        new UptimeMetrics().bindTo(metrics);
        Gauge.builder("ssoportal.cluster.members", cluster, Cluster::members).register(metrics);
    }

    void ready() {
        open = true;
    }

    void unready() {
        open = false;
    }

    /** Whether the process is worth keeping: it answers. */
    Reply live(WebExchange exchange) {
        return Reply.json(200, "{\"status\":\"up\"}");
    }

    /** Whether to send requests here: started, not stopping, cluster and database at hand. */
    Reply readiness(WebExchange exchange) {
        boolean clusterUp = cluster.isRunning();
        boolean databaseUp = database.isAvailable();
        boolean ready = open && clusterUp && databaseUp;
        return Reply.json(
                ready ? 200 : 503,
                "{\"status\":\"" + word(ready) + "\",\"cluster\":\"" + word(clusterUp) + "\",\"database\":\""
                        + word(databaseUp) + "\"}");
    }

    Reply metrics(WebExchange exchange) {
        return Reply.bytes(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                metrics.scrape().getBytes(StandardCharsets.UTF_8));
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }
}
