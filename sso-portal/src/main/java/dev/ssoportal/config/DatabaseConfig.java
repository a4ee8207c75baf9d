package dev.ssoportal.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Where the SQL database is.
 *
 * @param url a JDBC URL for PostgreSQL or H2; absent means an H2 file in the data folder
 * @param poolSize connections kept
 * @param timeout how long a request waits for a connection before the portal answers 503
 */
public record DatabaseConfig(
        Optional<String> url, Optional<String> user, Optional<Secret> password, int poolSize, Duration timeout) {

    public static DatabaseConfig read(Section section) {
        Optional<String> url = section.optionalString("url");
        if (url.isPresent()
                && !url.get().startsWith("jdbc:postgresql:")
                && !url.get().startsWith("jdbc:h2:")) {
            section.problem("url", "must start with jdbc:postgresql: or jdbc:h2:");
        }
        return new DatabaseConfig(
                url,
                section.optionalString("user"),
                section.optionalSecret("password"),
                section.integer("pool-size", 10, 1, 1000),
                section.duration("timeout", Duration.ofSeconds(3)));
    }
}
