package dev.ssoportal.store;

import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.FileSystemYamlConfig;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MapStoreConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleService;
import com.hazelcast.map.EntryLoader;
import com.hazelcast.map.MapStoreFactory;
import dev.ssoportal.config.ClusterConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * This member of the Hazelcast cluster. Every map has one synchronous backup and no near cache: a near cache serves what has ended.
 */
public final class Cluster implements AutoCloseable {

    private static final int MAX_BOUNDED = 50_000;

    /** What becomes of a map's records when every member stops. */
    public enum Durability {
        /** They are gone: things that live for minutes. */
        TRANSIENT("transient."),
        /** As transient, and bounded: what anybody can begin without having proven anything. The oldest go first. */
        BOUNDED("bounded."),
        /** Written through to SQL; a miss asks SQL. */
        READ_THROUGH("durable."),
        /** Written through to SQL and loaded at start; a miss is a miss, without SQL. For marks that are usually absent. */
        LOADED_AT_START("loaded.");

        /** Maps are configured before the member joins, by a prefix of their names. */
        private final String prefix;

        Durability(String prefix) {
            this.prefix = prefix;
        }
    }

    private final HazelcastInstance hazelcast;
    private final Future<Database> database;
    private final Duration timeout;
    private final Clock clock;

    private Cluster(HazelcastInstance hazelcast, Future<Database> database, Duration timeout, Clock clock) {
        this.hazelcast = hazelcast;
        this.timeout = timeout;
        this.database = database;
        this.clock = clock;
    }

    /** Starts this member and joins the others. The database may still be opening; the first durable map waits for it. */
    public static Cluster start(ClusterConfig config, Future<Database> database, Clock clock) {
        Config hazelcast = hazelcastConfig(config);
        for (Durability durability : Durability.values()) {
            hazelcast.addMapConfig(mapConfig(durability, database, clock));
        }
        return new Cluster(Hazelcast.newHazelcastInstance(hazelcast), database, config.timeout(), clock);
    }

    private static MapConfig mapConfig(Durability durability, Future<Database> database, Clock clock) {
        MapConfig map = new MapConfig(durability.prefix + "*")
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setBackupCount(1)
                .setReadBackupData(false)
                .setStatisticsEnabled(false)
                .setPerEntryStatsEnabled(false);
        if (durability == Durability.BOUNDED) {
            return map.setEvictionConfig(new EvictionConfig()
                    .setEvictionPolicy(EvictionPolicy.LRU)
                    .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                    .setSize(MAX_BOUNDED));
        }
        if (durability == Durability.TRANSIENT) {
            return map;
        }
        boolean readThrough = durability == Durability.READ_THROUGH;
        MapStoreFactory<String, EntryLoader.MetadataAwareValue<byte[]>> factory =
                (name, properties) -> new WriteThrough(await(database), clock, name, readThrough);
        return map.setMapStoreConfig(new MapStoreConfig()
                .setEnabled(true)
                .setWriteDelaySeconds(0)
                .setInitialLoadMode(
                        readThrough ? MapStoreConfig.InitialLoadMode.LAZY : MapStoreConfig.InitialLoadMode.EAGER)
                .setFactoryImplementation(factory));
    }

    private static Database await(Future<Database> database) {
        try {
            return database.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the database opens", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new UncheckedIOException("the database does not open", new IOException(e));
        }
    }

    /** The map of this name. Asked for once per start, by its owner. */
    public <V extends Expiring> ExpiringMap<V> map(String name, Class<V> type, Durability durability) {
        return new ExpiringMap<>(hazelcast.getMap(durability.prefix + name), type, clock);
    }

    /** Marks that every member knows, kept in the durable map of this name. Asked for once per start. */
    public SharedMarks marks(String name) {
        ExpiringMap<SharedMarks.Kept> durable = map(name, SharedMarks.Kept.class, Durability.LOADED_AT_START);
        return new SharedMarks(hazelcast, durable, timeout, clock);
    }

    /** Records of a durable map whose time has passed before anybody took them, oldest first. */
    public <V extends Expiring> Map<String, V> expired(String name, Class<V> type, Instant now, int limit) {
        Map<String, V> found = new LinkedHashMap<>();
        await(database)
                .query(handle -> handle.createQuery(
                                "select record_key, record from cluster_record where map_name = :map"
                                        + " and expires_at <= :now and record <> '' order by expires_at limit :limit")
                        .bind("map", Durability.READ_THROUGH.prefix + name)
                        .bind("now", now.toEpochMilli())
                        .bind("limit", limit)
                        .map((row, context) -> Map.entry(row.getString(1), Json.read(row.getString(2), type)))
                        .list())
                .stream()
                .filter(entry -> !entry.getValue().expiresAt().isAfter(now))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** Removes one of those: of all members who do, one hears {@code true}. */
    public boolean removeExpired(String name, String key, Instant now) {
        return await(database)
                        .query(handle -> handle.execute(
                                "update cluster_record set record = '', expires_at = ? where map_name = ? and record_key = ?"
                                        + " and expires_at <= ? and record <> ''",
                                now.plus(WriteThrough.REMEMBERED).toEpochMilli(),
                                Durability.READ_THROUGH.prefix + name,
                                key,
                                now.toEpochMilli()))
                == 1;
    }

    public int members() {
        return hazelcast.getCluster().getMembers().size();
    }

    public boolean isRunning() {
        return hazelcast.getLifecycleService().isRunning();
    }

    /** Deletes rows of durable maps whose time has passed; eviction does not. */
    public void deleteExpiredRows(Instant now) {
        await(database)
                .execute(handle ->
                        handle.execute("delete from cluster_record where expires_at < ?", now.toEpochMilli()));
    }

    /** Leaves after handing this member's records to the others. */
    @Override
    public void close() {
        LifecycleService lifecycle = hazelcast.getLifecycleService();
        if (lifecycle.isRunning()) {
            hazelcast.getPartitionService().forceLocalMemberToBeSafe(10, TimeUnit.SECONDS);
            hazelcast.shutdown();
        }
    }

    /** Leaves without a word, as a machine that loses power does. For tests of what the others then do. */
    public void crash() {
        hazelcast.getLifecycleService().terminate();
    }

    private static Config hazelcastConfig(ClusterConfig config) {
        Config hazelcast = config.hazelcastFile()
                .filter(Files::exists)
                .map(Cluster::fromFile)
                .orElseGet(() -> network(config));
        hazelcast.setProperty("hazelcast.phone.home.enabled", "false");
        hazelcast.setProperty("hazelcast.logging.type", "slf4j");
        hazelcast.setProperty("hazelcast.shutdownhook.enabled", "false");
        hazelcast.setProperty(
                "hazelcast.operation.call.timeout.millis",
                Long.toString(config.timeout().toMillis()));
        hazelcast.setProperty(
                "hazelcast.partition.count", hazelcast.getProperties().getProperty("hazelcast.partition.count", "271"));
        return hazelcast;
    }

    private static Config fromFile(Path file) {
        try {
            return new FileSystemYamlConfig(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Config network(ClusterConfig config) {
        Config hazelcast = new Config();
        hazelcast.setClusterName(config.name());
        hazelcast.getMetricsConfig().setEnabled(false);
        hazelcast.setProperty("hazelcast.socket.bind.any", "false");
        NetworkConfig network = hazelcast.getNetworkConfig();
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        network.setPort(config.port()).setPortAutoIncrement(true);
        network.getInterfaces().setEnabled(true).setInterfaces(List.of(config.address()));
        boolean alone = config.members().isEmpty();
        join.getTcpIpConfig().setEnabled(!alone).setMembers(config.members());
        if (alone) {
            // Nobody may join, so the port is not part of any contract.
            hazelcast.setProperty("hazelcast.operation.thread.count", Integer.toString(threads()));
            network.setPort(0).setPortAutoIncrement(false);
        }
        return hazelcast;
    }

    private static int threads() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }
}
