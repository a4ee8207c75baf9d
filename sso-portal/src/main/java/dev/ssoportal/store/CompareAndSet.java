package dev.ssoportal.store;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs at the owner of the key: replaces the bytes, with a new lifetime, if they are still the expected ones. */
final class CompareAndSet implements EntryProcessor<String, byte[], Boolean> {
    private static final long serialVersionUID = 1L;

    private final byte[] expected;
    private final byte[] updated;
    private final long lifetimeMillis;

    CompareAndSet(byte[] expected, byte[] updated, long lifetimeMillis) {
        this.expected = expected;
        this.updated = updated;
        this.lifetimeMillis = lifetimeMillis;
    }

    @Override
    public Boolean process(Map.Entry<String, byte[]> entry) {
        if (!Arrays.equals(expected, entry.getValue())) {
            return false;
        }
        ((ExtendedMapEntry<String, byte[]>) entry).setValue(updated, lifetimeMillis, TimeUnit.MILLISECONDS);
        return true;
    }
}
