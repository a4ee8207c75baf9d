package dev.ssoportal.store;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs at the owner of the key: sets the bytes, with a lifetime, unless others are there. */
final class PutIfAbsent implements EntryProcessor<String, byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    private final byte[] bytes;
    private final long lifetimeMillis;

    PutIfAbsent(byte[] bytes, long lifetimeMillis) {
        this.bytes = bytes;
        this.lifetimeMillis = lifetimeMillis;
    }

    /** @return what is there; null when nothing was */
    @Override
    public byte[] process(Map.Entry<String, byte[]> entry) {
        byte[] present = entry.getValue();
        if (present == null) {
            ((ExtendedMapEntry<String, byte[]>) entry).setValue(bytes, lifetimeMillis, TimeUnit.MILLISECONDS);
        }
        return present == null ? null : Arrays.copyOf(present, present.length);
    }
}
