package dev.ssoportal.store;

import java.time.Instant;

/** A record with a lifetime. From {@code expiresAt} on it does not exist, whether or not it has been evicted yet. */
public interface Expiring {
    Instant expiresAt();
}
