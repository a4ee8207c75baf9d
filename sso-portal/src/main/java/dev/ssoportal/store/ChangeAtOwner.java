package dev.ssoportal.store;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs at the owner of the key: lets a step make another value of a live record, and answers what was there before. */
final class ChangeAtOwner<V extends Expiring> implements EntryProcessor<String, byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    private final Class<V> type;
    private final OwnerStep<V> step;
    private final Instant now;

    /** @param now by the clock of whoever asks */
    ChangeAtOwner(Class<V> type, OwnerStep<V> step, Instant now) {
        this.type = type;
        this.step = step;
        this.now = now;
    }

    @Override
    public byte[] process(Map.Entry<String, byte[]> entry) {
        byte[] bytes = entry.getValue();
        if (bytes == null) {
            return null;
        }
        V before = Packed.read(bytes, type);
        V after = before.expiresAt().isAfter(now) ? step.apply(before) : before;
        if (!after.equals(before)) {
            long millis = ExpiringMap.lifetimeMillis(Duration.between(now, after.expiresAt()));
            ((ExtendedMapEntry<String, byte[]>) entry)
                    .setValue(Packed.of(after, Packed.version(bytes) + 1), millis, TimeUnit.MILLISECONDS);
        }
        return bytes;
    }
}
