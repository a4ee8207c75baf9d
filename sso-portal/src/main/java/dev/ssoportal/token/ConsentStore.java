package dev.ssoportal.token;

import dev.ssoportal.store.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Consents in SQL. */
public final class ConsentStore {
    private final Database database;

    public ConsentStore(Database database) {
        this.database = database;
    }

    Optional<Set<String>> find(String accountId, String clientId) {
        return database.query(handle -> handle.createQuery(
                        "select scopes from consent where account_id = :account and client_id = :client")
                .bind("account", accountId)
                .bind("client", clientId)
                .mapTo(String.class)
                .findOne()
                .map(scopes -> Set.of(scopes.split(" "))));
    }

    void save(String accountId, String clientId, Set<String> scopes, Instant now) {
        String joined = String.join(" ", scopes);
        database.transaction(handle -> {
            int updated = handle.execute(
                    "update consent set scopes = ?, granted_at = ? where account_id = ? and client_id = ?",
                    joined,
                    now.toEpochMilli(),
                    accountId,
                    clientId);
            if (updated == 0) {
                handle.execute(
                        "insert into consent (account_id, client_id, scopes, granted_at) values (?, ?, ?, ?) on conflict do nothing",
                        accountId,
                        clientId,
                        joined,
                        now.toEpochMilli());
            }
            return true;
        });
    }

    List<Consents.Consent> findByAccount(String accountId) {
        return database.query(handle -> handle.createQuery(
                        "select client_id, scopes, granted_at from consent where account_id = :account")
                .bind("account", accountId)
                .map((row, context) -> new Consents.Consent(
                        row.getString(1), Set.of(row.getString(2).split(" ")), Instant.ofEpochMilli(row.getLong(3))))
                .list());
    }

    void delete(String accountId, String clientId) {
        database.execute(handle ->
                handle.execute("delete from consent where account_id = ? and client_id = ?", accountId, clientId));
    }
}
