package dev.ssoportal.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.pool.HikariPool;
import dev.ssoportal.config.DatabaseConfig;
import dev.ssoportal.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The SQL database: H2 file by default, PostgreSQL by URL, the same migrations on both. */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** SQLSTATE classes that say "not now": connection, rollback, resources, object in use, operator intervention, system error. */
    private static final Set<String> UNAVAILABLE = Set.of("08", "40", "53", "55", "57", "58");

    /** Single codes: H2 closed, broken or locked, a file that cannot be written, a standby that may only be read. */
    private static final Set<String> UNAVAILABLE_CODES =
            Set.of("90020", "90028", "90031", "90067", "90098", "90121", "90013", "90131", "HYT00", "25006");

    private static final int MAX_CAUSES = 20;

    private final HikariDataSource dataSource;
    private final Jdbi jdbi;
    private final Outage outage = new Outage(System::nanoTime);

    private Database(HikariDataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbi = Jdbi.create(dataSource);
    }

    /**
     * Connects and migrates.
     *
     * @param data the folder of the H2 file when no URL is configured
     * @throws UncheckedIOException when the database cannot be reached or migrated
     */
    public static Database open(DatabaseConfig config, Path data) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("sso-portal");
        pool.setJdbcUrl(config.url().orElseGet(() -> h2Url(data)));
        config.user().ifPresent(pool::setUsername);
        config.password().map(Secret::reveal).ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(config.poolSize());
        pool.setMinimumIdle(Math.min(2, config.poolSize()));
        pool.setConnectionTimeout(Math.max(250, config.timeout().toMillis()));
        pool.setValidationTimeout(Math.max(250, Math.min(1000, config.timeout().toMillis())));
        pool.setExceptionOverride(new EvictBroken());
        if (pool.getJdbcUrl().startsWith("jdbc:postgresql:")) {
            long seconds = Math.max(1, config.timeout().toSeconds());
            pool.addDataSourceProperty("socketTimeout", Long.toString(seconds * 2));
            pool.addDataSourceProperty("connectTimeout", Long.toString(seconds));
            pool.addDataSourceProperty("tcpKeepAlive", "true");
        }
        try {
            HikariDataSource dataSource = new HikariDataSource(pool);
            Flyway.configure().dataSource(dataSource).load().migrate();
            return new Database(dataSource);
        } catch (HikariPool.PoolInitializationException | FlywayException e) {
            throw new UncheckedIOException("cannot open the database", new IOException(e.getMessage(), e));
        }
    }

    private static String h2Url(Path data) {
        return "jdbc:h2:file:" + data.toAbsolutePath().resolve("portal")
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_ON_EXIT=FALSE"
                // A commit is on disk when it is acknowledged, not half a second later.
                + ";WRITE_DELAY=0";
    }

    /** Runs statements, each on its own. */
    public <T> T query(Function<Handle, T> work) {
        return guarded(() -> jdbi.withHandle(work::apply));
    }

    /** Runs statements that succeed or fail together. */
    public <T> T transaction(Function<Handle, T> work) {
        return guarded(() -> jdbi.inTransaction(work::apply));
    }

    /** Runs statements for their effect. */
    public void execute(Consumer<Handle> work) {
        query(handle -> {
            work.accept(handle);
            return true;
        });
    }

    /** Whether a connection can be had and used within the configured time; asks the database itself, whatever others have found. */
    public boolean isAvailable() {
        try {
            return attempt(() -> jdbi.withHandle(handle ->
                            handle.createQuery("select 1").mapTo(Integer.class).one()))
                    == 1;
        } catch (UncheckedIOException e) {
            LOG.warn("the database is not available: {}", String.valueOf(e.getCause()));
            return false;
        }
    }

    private <T> T guarded(Supplier<T> work) {
        if (!outage.mayTry()) {
            throw new UncheckedIOException("the database does not answer", new IOException("found away a moment ago"));
        }
        return attempt(work);
    }

    private <T> T attempt(Supplier<T> work) {
        long began = outage.now();
        boolean away = false;
        try {
            return work.get();
        } catch (JdbiException e) {
            if (isUnavailable(e)) {
                away = isCutOff(e);
                throw new UncheckedIOException("the database does not answer", new IOException(e.getMessage(), e));
            }
            throw e;
        } finally {
            if (away) {
                outage.found(began);
            } else {
                outage.over();
            }
        }
    }

    private static boolean isUnavailable(Throwable failure) {
        return causes(failure)
                .anyMatch(cause -> isConnection(cause)
                        || (cause instanceof SQLException sql && isUnavailable(String.valueOf(sql.getSQLState()))));
    }

    /** Whether there was no connection, or none any more: then the others have none either. */
    private static boolean isCutOff(Throwable failure) {
        return causes(failure).anyMatch(Database::isConnection);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
    }

    private static boolean isConnection(Throwable cause) {
        return cause instanceof SQLTransientConnectionException
                || cause instanceof SQLNonTransientConnectionException
                || cause instanceof IOException
                || (cause instanceof SQLException sql
                        && String.valueOf(sql.getSQLState()).startsWith("08"));
    }

    /** A connection to a database that has closed beneath it is of no more use; the pool shall get another, not hand it out again. */
    private static final class EvictBroken implements SQLExceptionOverride {
        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException failure) {
            return isUnavailable(failure)
                    ? SQLExceptionOverride.Override.MUST_EVICT
                    : SQLExceptionOverride.Override.CONTINUE_EVICT;
        }
    }

    private static boolean isUnavailable(String sqlState) {
        return UNAVAILABLE_CODES.contains(sqlState)
                || UNAVAILABLE.contains(sqlState.substring(0, Math.min(2, sqlState.length())));
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
