package dev.ssoportal.token;

import dev.ssoportal.directory.AccountStore;
import dev.ssoportal.store.Database;
import dev.ssoportal.store.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Families of refresh tokens, in SQL. */
public final class RefreshTokenStore {
    private final Database database;

    enum Kind {
        ROTATED,
        RETRIED,
        REUSED,
        UNKNOWN
    }

    record Outcome(Kind kind, Optional<Authorization> authorization) {}

    private record Row(
            Authorization authorization,
            String clientId,
            int rotation,
            Instant rotatedAt,
            Instant expiresAt,
            boolean revoked) {}

    public RefreshTokenStore(Database database) {
        this.database = database;
    }

    void insert(Authorization authorization, Instant now, Instant expiresAt) {
        database.execute(handle -> handle.execute(
                "insert into refresh_token_family (id, client_id, account_id, session_id, authorization_json, rotation, created_at,"
                        + " expires_at, revoked) values (?, ?, ?, ?, ?, 0, ?, ?, false)",
                authorization.grantId(),
                authorization.clientId(),
                authorization.accountId(),
                authorization.sessionId(),
                Json.writeText(authorization),
                now.toEpochMilli(),
                expiresAt.toEpochMilli()));
    }

    /**
     * Rotates by one statement, of all callers with one token for one; what the others have come upon is found out under a lock.
     *
     * @param grace how long a token may be presented again after it has been replaced
     */
    Outcome rotate(String grantId, String clientId, int rotation, Duration grace, Instant now) {
        int rotated = database.query(handle -> handle.execute(
                "update refresh_token_family set rotation = ?, rotated_at = ?"
                        + " where id = ? and client_id = ? and rotation = ? and revoked = false and expires_at > ?",
                rotation + 1,
                now.toEpochMilli(),
                grantId,
                clientId,
                rotation,
                now.toEpochMilli()));
        return rotated == 1
                ? new Outcome(Kind.ROTATED, Optional.empty())
                : database.transaction(handle -> notRotated(handle, grantId, clientId, rotation, grace, now));
    }

    private static Outcome notRotated(
            Handle handle, String grantId, String clientId, int rotation, Duration grace, Instant now) {
        Optional<Row> row = row(handle, grantId, " for update")
                .filter(found -> found.clientId().equals(clientId))
                .filter(found -> found.rotation() > rotation)
                .filter(found -> !found.revoked() && found.expiresAt().isAfter(now));
        if (row.isEmpty()) {
            return new Outcome(Kind.UNKNOWN, Optional.empty());
        }
        Optional<Authorization> authorization = Optional.of(row.get().authorization());
        if (row.get().rotation() == rotation + 1
                && row.get().rotatedAt().plus(grace).isAfter(now)) {
            return new Outcome(Kind.RETRIED, authorization);
        }
        handle.execute("update refresh_token_family set revoked = true where id = ?", grantId);
        return new Outcome(Kind.REUSED, authorization);
    }

    Optional<RefreshTokens.Held> find(String grantId, int rotation, Duration grace, Instant now) {
        return database.query(handle -> handle.createQuery(
                        "select " + AccountStore.COLUMNS + ", f.authorization_json"
                                + " from refresh_token_family f left join account a on a.id = f.account_id"
                                + " where f.id = :id and f.revoked = false and f.expires_at > :now"
                                + " and (f.rotation = :rotation or (f.rotation = :rotation + 1 and f.rotated_at > :graceBegan))")
                .bind("id", grantId)
                .bind("rotation", rotation)
                .bind("now", now.toEpochMilli())
                .bind("graceBegan", now.minus(grace).toEpochMilli())
                .map((row, context) -> new RefreshTokens.Held(
                        Json.read(row.getString(AccountStore.WIDTH + 1), Authorization.class), AccountStore.read(row)))
                .findOne());
    }

    /** The grant of a family that is not revoked, whichever of its tokens is current. */
    Optional<Authorization> find(String grantId, Instant now) {
        return database.query(handle -> row(handle, grantId, ""))
                .filter(row -> !row.revoked() && row.expiresAt().isAfter(now))
                .map(Row::authorization);
    }

    void revokeGrant(String grantId) {
        database.execute(
                handle -> handle.execute("update refresh_token_family set revoked = true where id = ?", grantId));
    }

    void revokeSession(String sessionId) {
        database.execute(handle ->
                handle.execute("update refresh_token_family set revoked = true where session_id = ?", sessionId));
    }

    List<RefreshTokens.Grant> findByAccount(String accountId, Instant now) {
        return database.query(handle -> handle.createQuery(
                        "select authorization_json, created_at from refresh_token_family where account_id = :account"
                                + " and revoked = false and expires_at > :now")
                .bind("account", accountId)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> new RefreshTokens.Grant(
                        Json.read(row.getString(1), Authorization.class), Instant.ofEpochMilli(row.getLong(2))))
                .list());
    }

    void revokeClient(String clientId) {
        database.execute(handle ->
                handle.execute("update refresh_token_family set revoked = true where client_id = ?", clientId));
    }

    void revokePersonAtApp(String accountId, String clientId) {
        database.execute(handle -> handle.execute(
                "update refresh_token_family set revoked = true where account_id = ? and client_id = ?",
                accountId,
                clientId));
    }

    void deleteExpired(Instant now) {
        database.execute(
                handle -> handle.execute("delete from refresh_token_family where expires_at < ?", now.toEpochMilli()));
    }

    private static Optional<Row> row(Handle handle, String grantId, String lock) {
        return handle.createQuery(
                        "select authorization_json, client_id, rotation, rotated_at, expires_at, revoked from refresh_token_family"
                                + " where id = :id" + lock)
                .bind("id", grantId)
                .map((row, context) -> new Row(
                        Json.read(row.getString(1), Authorization.class),
                        row.getString(2),
                        row.getInt(3),
                        Instant.ofEpochMilli(row.getLong(4)),
                        Instant.ofEpochMilli(row.getLong(5)),
                        row.getBoolean(6)))
                .findOne();
    }
}
