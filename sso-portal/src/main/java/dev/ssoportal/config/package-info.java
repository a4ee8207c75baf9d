/**
 * Reads configuration: YAML nodes with positions become typed records, and every problem is found before anything starts.
 *
 * <p>Owns the reading ({@link dev.ssoportal.config.Section}), the resolving of secrets, and the records of the base tier. The
 * features own their records and read them from a {@code Section} themselves. Uses nothing else of ours.
 */
package dev.ssoportal.config;
