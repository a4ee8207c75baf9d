/**
 * Where state lives: SQL through {@link dev.ssoportal.store.Database}, the cluster through {@link dev.ssoportal.store.Cluster} and
 * its {@link dev.ssoportal.store.ExpiringMap}s.
 *
 * <p>The only package that knows Hazelcast, and with the {@code *Store} classes the only one that knows JDBI. When the database or
 * the cluster does not answer in time, calls throw {@link java.io.UncheckedIOException}; the portal then answers 503.
 */
package dev.ssoportal.store;
