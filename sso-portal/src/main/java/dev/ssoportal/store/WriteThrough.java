package dev.ssoportal.store;

import com.hazelcast.map.EntryLoader;
import com.hazelcast.map.EntryStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jdbi.v3.core.Handle;

/**
 * Writes a durable map through to SQL before the write is acknowledged, and reads back what a stopped cluster has forgotten.
 *
 * <p>SQL is the referee of a split cluster: a record that has been removed leaves an empty row behind, and an empty row is never written to
 * again. So what one side of a split has removed cannot be brought back by the other, whatever that one still has in memory. And a change is only
 * written over the version that it was made from: what the other side has changed meanwhile is not lost.
 */
final class WriteThrough implements EntryStore<String, byte[]> {
    /** How long a removed record is remembered: longer than any split lasts. */
    static final Duration REMEMBERED = Duration.ofDays(7);

    private static final String REMOVED = "";

    private final Database database;
    private final Clock clock;
    private final String mapName;

    WriteThrough(Database database, Clock clock, String mapName) {
        this.database = database;
        this.clock = clock;
        this.mapName = mapName;
    }

    @Override
    public void store(String key, EntryLoader.MetadataAwareValue<byte[]> value) {
        database.execute(handle -> write(handle, key, value));
    }

    @Override
    public void storeAll(Map<String, EntryLoader.MetadataAwareValue<byte[]>> values) {
        database.transaction(handle -> {
            values.forEach((key, value) -> write(handle, key, value));
            return true;
        });
    }

    private void write(Handle handle, String key, EntryLoader.MetadataAwareValue<byte[]> value) {
        String json = Packed.json(value.getValue());
        int version = Packed.version(value.getValue());
        int written = update(handle, key, json, version, value.getExpirationTime());
        if (written == 0) {
            written = handle.createUpdate(
                            "insert into cluster_record (map_name, record_key, record, version, expires_at)"
                                    + " values (:map, :key, :record, :version, :expires) on conflict do nothing")
                    .bind("version", version)
                    .bind("record", json)
                    .bind("expires", value.getExpirationTime())
                    .bind("map", mapName)
                    .bind("key", key)
                    .execute();
        }
        if (written == 0) {
            throw new NoSuchElementException("the record has been removed or changed elsewhere");
        }
    }

    /** Version 0 is put, over whatever there is; a later one has been made from the one before. */
    private int update(Handle handle, String key, String record, int version, long expiresAt) {
        return handle.createUpdate(
                        "update cluster_record set record = :record, version = :version, expires_at = :expires"
                                + " where map_name = :map and record_key = :key and record <> ''"
                                + (version == 0 ? "" : " and version = :version - 1"))
                .bind("version", version)
                .bind("record", record)
                .bind("expires", expiresAt)
                .bind("map", mapName)
                .bind("key", key)
                .execute();
    }

    @Override
    public void delete(String key) {
        database.execute(handle ->
                update(handle, key, REMOVED, 0, clock.instant().plus(REMEMBERED).toEpochMilli()));
    }

    @Override
    public void deleteAll(Collection<String> keys) {
        keys.forEach(this::delete);
    }

    @Override
    public EntryLoader.MetadataAwareValue<byte[]> load(String key) {
        return database.query(handle -> handle.createQuery(
                        "select record, version, expires_at from cluster_record where map_name = :map and record_key = :key and expires_at > :now and record <> ''")
                .bind("map", mapName)
                .bind("key", key)
                .bind("now", clock.millis())
                .map((row, context) -> new EntryLoader.MetadataAwareValue<>(
                        Packed.ofJson(row.getString(1), row.getInt(2)), row.getLong(3)))
                .findOne()
                .orElse(null));
    }

    @Override
    public Map<String, EntryLoader.MetadataAwareValue<byte[]>> loadAll(Collection<String> keys) {
        Map<String, EntryLoader.MetadataAwareValue<byte[]>> found = new HashMap<>();
        for (String key : keys) {
            EntryLoader.MetadataAwareValue<byte[]> value = load(key);
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    /** Nothing is loaded ahead; a miss asks. */
    @Override
    public Iterable<String> loadAllKeys() {
        return List.of();
    }
}
