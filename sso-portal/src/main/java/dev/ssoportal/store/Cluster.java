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
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.DistributedObject;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleService;
import com.hazelcast.map.EntryLoader;
import com.hazelcast.map.IMap;
import com.hazelcast.map.MapStoreFactory;
import com.hazelcast.spi.merge.DiscardMergePolicy;
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
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member of the Hazelcast cluster. Every map has one synchronous backup and no near cache: a near cache serves what has ended.
 *
 * <p>When a split cluster comes together again, the smaller side's records are discarded and what is cached of durable maps is dropped
 * everywhere: SQL, which both sides have written through to, says what is. Things that live for minutes are lost on the smaller side.
 */
public final class Cluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final int MAX_BOUNDED = 50_000;

    /** How long a record that has expired waits for somebody to care. */
    private static final Duration OVERDUE = Duration.ofDays(1);

    /** What becomes of a map's records when every member stops. */
    public enum Durability {
        /** They are gone: things that live for minutes. */
        TRANSIENT("transient."),
        /** As transient, and bounded: what anybody can begin without having proven anything. The oldest go first. */
        BOUNDED("bounded."),
        /** Written through to SQL; a miss asks SQL. */
        READ_THROUGH("durable.");

        /** Maps are configured before the member joins, by a prefix of their names. */
        private final String prefix;

        Durability(String prefix) {
            this.prefix = prefix;
        }
    }

    private final HazelcastInstance hazelcast;
    private final Future<Database> database;
    private final Clock clock;
    private final Quorum quorum;
    private final AtomicBoolean merged;

    private Cluster(
            HazelcastInstance hazelcast,
            Future<Database> database,
            ClusterConfig config,
            AtomicBoolean merged,
            Clock clock) {
        this.hazelcast = hazelcast;
        this.merged = merged;
        this.quorum = new Quorum(hazelcast, config.quorum(), clock);
        this.database = database;
        this.clock = clock;
    }

    /** Starts this member and joins the others. The database may still be opening; the first durable map waits for it. */
    public static Cluster start(ClusterConfig config, Future<Database> database, Clock clock) {
        Config hazelcast = hazelcastConfig(config);
        for (Durability durability : Durability.values()) {
            hazelcast.addMapConfig(mapConfig(durability, database, clock));
        }
        HazelcastInstance member = Hazelcast.newHazelcastInstance(hazelcast);
        AtomicBoolean merged = new AtomicBoolean();
        member.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                merged.set(true);
            }
        });
        return new Cluster(member, database, config, merged, clock);
    }

    private static MapConfig mapConfig(Durability durability, Future<Database> database, Clock clock) {
        MapConfig map = new MapConfig(durability.prefix + "*")
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setBackupCount(1)
                .setReadBackupData(false)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(new MergePolicyConfig(DiscardMergePolicy.class.getName(), 1))
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
        MapStoreFactory<String, EntryLoader.MetadataAwareValue<byte[]>> factory =
                (name, properties) -> new WriteThrough(await(database), clock, name);
        return map.setMapStoreConfig(new MapStoreConfig()
                .setEnabled(true)
                .setWriteDelaySeconds(0)
                .setInitialLoadMode(MapStoreConfig.InitialLoadMode.LAZY)
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
        IMap<String, byte[]> map = hazelcast.getMap(durability.prefix + name);
        // Asks every partition once: after this the map is there, wherever its partitions are.
        int unused = map.size();
        return new ExpiringMap<>(map, type, clock);
    }

    /** Marks that every member knows. Asked for once per start. */
    public SharedMarks marks() {
        return new SharedMarks(hazelcast, await(database), clock);
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
                        .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                        .list())
                .forEach(row -> readable(row.getKey(), row.getValue(), type)
                        .filter(value -> !value.expiresAt().isAfter(now))
                        .ifPresent(value -> found.put(row.getKey(), value)));
        return found;
    }

    /** A record that nobody can read must not keep the others from being found. */
    private static <V> Optional<V> readable(String key, String record, Class<V> type) {
        try {
            return Optional.of(Json.read(record, type));
        } catch (UncheckedIOException e) {
            LOG.error("the record {} cannot be read", key, e);
            return Optional.empty();
        }
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

    /** Waits, for a while, until this member has the records that the others hand to it. */
    public void settle() {
        hazelcast.getPartitionService().forceLocalMemberToBeSafe(10, TimeUnit.SECONDS);
    }

    /** Whether enough members answer for this one to serve. */
    public boolean hasQuorum() {
        return quorum.isHeld();
    }

    /**
     * Asks the others whether they are there; called now and then. A member that was cut off first drops what is cached of durable records,
     * everywhere, and does not serve before it has.
     *
     * @param catchUp what else has to be done before a member that had too few serves again
     */
    public void renewQuorum(Runnable catchUp) {
        if (merged.get()) {
            dropCached();
            merged.set(false);
        }
        quorum.renew(catchUp);
    }

    private void dropCached() {
        LOG.warn("this member was cut off and is back; what is cached of durable records is dropped everywhere");
        for (DistributedObject object : hazelcast.getDistributedObjects()) {
            if (object instanceof IMap<?, ?> map && map.getName().startsWith(Durability.READ_THROUGH.prefix)) {
                map.evictAll();
            }
        }
    }

    /** Whether every record that this member holds has its backup. */
    public boolean hasBackups() {
        return hazelcast.getPartitionService().isLocalMemberSafe();
    }

    public int members() {
        return hazelcast.getCluster().getMembers().size();
    }

    public boolean isRunning() {
        return hazelcast.getLifecycleService().isRunning();
    }

    /** Deletes rows of durable maps whose time has passed: those that were removed, and those that nobody has taken for a day. */
    public void deleteExpiredRows(Instant now) {
        await(database)
                .execute(handle -> handle.execute(
                        "delete from cluster_record where (expires_at < ? and record = '') or expires_at < ?",
                        now.toEpochMilli(),
                        now.minus(OVERDUE).toEpochMilli()));
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
        unlessSet(hazelcast, "hazelcast.partition.count", "271");
        // A member that is silent is found out in seconds, not in a minute; whoever was cut off comes back as fast.
        unlessSet(hazelcast, "hazelcast.heartbeat.interval.seconds", "1");
        unlessSet(hazelcast, "hazelcast.max.no.heartbeat.seconds", "3");
        unlessSet(hazelcast, "hazelcast.merge.first.run.delay.seconds", "5");
        unlessSet(hazelcast, "hazelcast.merge.next.run.delay.seconds", "5");
        return hazelcast;
    }

    private static void unlessSet(Config hazelcast, String property, String value) {
        hazelcast.setProperty(property, hazelcast.getProperties().getProperty(property, value));
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
