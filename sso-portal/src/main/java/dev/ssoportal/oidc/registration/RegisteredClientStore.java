package dev.ssoportal.oidc.registration;

import dev.ssoportal.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;

/** Registered clients in SQL. */
public final class RegisteredClientStore {
    private static final String COLUMNS =
            "id, metadata_json, secret_hash, secret_expires_at, token_hash, created_at, updated_at";

    private final Database database;

    /** @param secretExpiresAt absent means never */
    record Row(
            String id,
            String metadata,
            String secretHash,
            Optional<Instant> secretExpiresAt,
            String tokenHash,
            Instant createdAt,
            Instant updatedAt) {}

    public RegisteredClientStore(Database database) {
        this.database = database;
    }

    /** Unless there are that many already. */
    boolean insert(Row row, int maxClients) {
        return database.query(handle -> bind(
                                handle.createUpdate("insert into registered_client (" + COLUMNS
                                        + ") select :id, :metadata, :secret, :expires, :token, :created, :updated"
                                        + " where (select count(*) from registered_client) < :max"),
                                row)
                        .bind("max", maxClients)
                        .execute())
                == 1;
    }

    Optional<Row> find(String id) {
        return database.query(
                handle -> handle.createQuery("select " + COLUMNS + " from registered_client where id = :id")
                        .bind("id", id)
                        .map((row, context) -> row(row))
                        .findOne());
    }

    /** Unless somebody else has changed it meanwhile. */
    boolean update(Row before, Row row) {
        return database.query(handle -> bind(
                                handle.createUpdate(
                                        "update registered_client set metadata_json = :metadata, secret_hash = :secret,"
                                                + " secret_expires_at = :expires, updated_at = :updated where id = :id"
                                                + " and secret_hash = :secretBefore and updated_at = :updatedBefore"),
                                row)
                        .bind("secretBefore", before.secretHash())
                        .bind("updatedBefore", before.updatedAt().toEpochMilli())
                        .execute())
                == 1;
    }

    int count() {
        return database.query(handle -> handle.createQuery("select count(*) from registered_client")
                .mapTo(Integer.class)
                .one());
    }

    void deleteUnused(Instant createdBefore) {
        database.execute(handle -> handle.execute(
                "delete from registered_client where created_at < ?"
                        + " and not exists (select 1 from consent where consent.client_id = registered_client.id)",
                createdBefore.toEpochMilli()));
    }

    boolean delete(String id) {
        return database.query(handle -> handle.execute("delete from registered_client where id = ?", id)) == 1;
    }

    /** Those of some ids that are taken. */
    public List<String> taken(Collection<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return database.query(handle -> handle.createQuery("select id from registered_client where id in (<ids>)")
                .bindList("ids", List.copyOf(ids))
                .mapTo(String.class)
                .list());
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Row row) {
        return statement
                .bind("id", row.id())
                .bind("metadata", row.metadata())
                .bind("secret", row.secretHash())
                .bind(
                        "expires",
                        row.secretExpiresAt().map(Instant::toEpochMilli).orElse(0L))
                .bind("token", row.tokenHash())
                .bind("created", row.createdAt().toEpochMilli())
                .bind("updated", row.updatedAt().toEpochMilli());
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Optional.of(row.getLong(4)).filter(millis -> millis > 0).map(Instant::ofEpochMilli),
                row.getString(5),
                Instant.ofEpochMilli(row.getLong(6)),
                Instant.ofEpochMilli(row.getLong(7)));
    }
}
