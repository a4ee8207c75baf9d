package dev.ssoportal.session;

import dev.ssoportal.store.Database;
import dev.ssoportal.store.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;

/** {@link SessionLink}s in SQL. */
public final class SessionLinkStore {
    private static final String COLUMNS =
            "session_id, account_id, provider, upstream_session, upstream_name, upstream_logout_json, user_agent, address, expires_at";

    private final Database database;

    /** What the provider wants to hear, as JSON. */
    private record Facts(Map<String, String> facts) {
        Facts {
            facts = facts == null ? Map.of() : Map.copyOf(facts);
        }
    }

    public SessionLinkStore(Database database) {
        this.database = database;
    }

    void insert(SessionLink link) {
        database.execute(handle -> bound(
                        handle.createUpdate(
                                "insert into session_link (" + COLUMNS
                                        + ") values (:session, :account, :provider, :upstreamSession, :upstreamName, :logout, :userAgent, :address, :expires)"),
                        link)
                .execute());
    }

    /** Follows a session whose owner has signed in again. */
    void put(SessionLink link) {
        if (update(link) == 0) {
            insert(link);
        }
    }

    private int update(SessionLink link) {
        return database.query(handle -> bound(
                        handle.createUpdate(
                                "update session_link set account_id = :account, provider = :provider,"
                                        + " upstream_session = :upstreamSession, upstream_name = :upstreamName, upstream_logout_json = :logout,"
                                        + " user_agent = :userAgent, address = :address, expires_at = :expires where session_id = :session"),
                        link)
                .execute());
    }

    private static <S extends SqlStatement<S>> S bound(S statement, SessionLink link) {
        return statement
                .bind("session", link.sessionId())
                .bind("account", link.accountId())
                .bind("provider", link.provider())
                .bind("upstreamSession", link.upstreamSession().orElse(null))
                .bind("upstreamName", link.upstreamName())
                .bind("logout", Json.writeText(new Facts(link.upstreamLogout())))
                .bind("userAgent", link.device().userAgent())
                .bind("address", link.device().address())
                .bind("expires", link.expiresAt().toEpochMilli());
    }

    Optional<SessionLink> find(String sessionId) {
        return select("session_id", sessionId).stream().findFirst();
    }

    List<SessionLink> findByAccount(String accountId) {
        return select("account_id", accountId);
    }

    List<SessionLink> findByUpstreamSession(String key) {
        return select("upstream_session", key);
    }

    List<SessionLink> findByUpstreamName(String key) {
        return select("upstream_name", key);
    }

    private List<SessionLink> select(String column, String value) {
        return database.query(
                handle -> handle.createQuery("select " + COLUMNS + " from session_link where " + column + " = :value")
                        .bind("value", value)
                        .map((row, context) -> link(row))
                        .list());
    }

    private static SessionLink link(ResultSet row) throws SQLException {
        return new SessionLink(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Optional.ofNullable(row.getString(4)),
                row.getString(5),
                Json.read(row.getString(6), Facts.class).facts(),
                new Device(row.getString(7), row.getString(8)),
                Instant.ofEpochMilli(row.getLong(9)));
    }

    void delete(String sessionId) {
        database.execute(handle -> handle.execute("delete from session_link where session_id = ?", sessionId));
    }

    void deleteExpired(Instant now) {
        database.execute(handle -> handle.execute("delete from session_link where expires_at < ?", now.toEpochMilli()));
    }
}
