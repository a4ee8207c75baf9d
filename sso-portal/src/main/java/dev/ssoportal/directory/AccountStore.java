package dev.ssoportal.directory;

import dev.ssoportal.store.Database;
import dev.ssoportal.store.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** Accounts and their links to upstream providers, in SQL. */
public final class AccountStore {
    /** What to select, before anything else, from the table {@code account} under the name {@code a}. */
    public static final String COLUMNS =
            "a.id, a.username, a.name, a.email, a.email_verified, a.locale, a.picture, a.groups_json,"
                    + " a.roles_json, a.provider, a.created_at, a.disabled, a.details_json, a.updated_at";

    /** How many columns these are. */
    public static final int WIDTH = 14;

    private final Database database;

    private record Details(Map<String, String> details) {}

    AccountStore(Database database) {
        this.database = database;
    }

    Optional<Account> find(String id) {
        return database.query(handle -> handle.createQuery("select " + COLUMNS + " from account a where a.id = :id")
                .bind("id", id)
                .map((row, context) -> read(row).orElseThrow())
                .findOne());
    }

    Optional<Account> findByLink(String provider, String subject) {
        return database.query(handle -> findByLink(handle, provider, subject));
    }

    private static Optional<Account> findByLink(Handle handle, String provider, String subject) {
        return handle.createQuery("select " + COLUMNS + " from account a join upstream_link l on l.account_id = a.id"
                        + " where l.provider = :provider and l.subject = :subject")
                .bind("provider", provider)
                .bind("subject", subject)
                .map((row, context) -> read(row).orElseThrow())
                .findOne();
    }

    /** By the beginning of the user name, the name or the address. */
    List<Account> search(String beginning, int limit) {
        String pattern = beginning.toLowerCase(Locale.ROOT).replaceAll("([!%_])", "!$1") + "%";
        return database.query(handle -> handle.createQuery("select " + COLUMNS
                        + " from account a where lower(a.username) like :pattern escape '!' or lower(a.name) like :pattern escape '!'"
                        + " or lower(a.email) like :pattern escape '!' order by a.username, a.provider limit :limit")
                .bind("pattern", pattern)
                .bind("limit", limit)
                .map((row, context) -> read(row).orElseThrow())
                .list());
    }

    /** The accounts whose address this is, on the word of a provider that may link. */
    List<Account> findByLinkableEmail(String email) {
        return database.query(handle -> handle.createQuery("select " + COLUMNS
                        + " from account a where lower(a.email) = lower(:email) and a.email_linkable = true")
                .bind("email", email)
                .map((row, context) -> read(row).orElseThrow())
                .list());
    }

    /** Creates the account and its link, unless another sign-in of the same person was faster: then that one's account. */
    Account insertOrFind(Account account, boolean emailLinkable, String provider, String subject, Instant now) {
        return database.transaction(handle -> {
            bind(
                            handle.createUpdate(
                                    "insert into account (id, username, name, email, email_verified, email_linkable, locale, picture, groups_json,"
                                            + " roles_json, provider, created_at, signed_in_at, disabled, details_json, updated_at) values (:id, :username, :name, :email, :verified, :linkable, :locale,"
                                            + " :picture, :groups, :roles, :provider, :created, :now, :disabled, :details, :updated)"),
                            account,
                            now)
                    .bind("created", account.createdAt().toEpochMilli())
                    .bind("disabled", account.disabled())
                    .bind("linkable", emailLinkable)
                    .execute();
            if (insertLink(handle, account.id(), provider, subject, now)) {
                return account;
            }
            handle.execute("delete from account where id = ?", account.id());
            return findByLink(handle, provider, subject).orElseThrow();
        });
    }

    boolean link(String accountId, String provider, String subject, Instant now) {
        return database.query(handle -> insertLink(handle, accountId, provider, subject, now));
    }

    private static boolean insertLink(Handle handle, String accountId, String provider, String subject, Instant now) {
        return handle.execute(
                        "insert into upstream_link (provider, subject, account_id, created_at) values (?, ?, ?, ?) on conflict do nothing",
                        provider,
                        subject,
                        accountId,
                        now.toEpochMilli())
                == 1;
    }

    void update(Account account, boolean emailLinkable, Instant now) {
        database.execute(handle -> bind(
                        handle.createUpdate(
                                "update account set username = :username, name = :name, email = :email, email_verified = :verified, email_linkable = :linkable,"
                                        + " locale = :locale, picture = :picture, groups_json = :groups, roles_json = :roles, provider = :provider,"
                                        + " signed_in_at = :now, details_json = :details, updated_at = :updated where id = :id"),
                        account,
                        now)
                .bind("linkable", emailLinkable)
                .execute());
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Account account, Instant now) {
        return statement
                .bind("id", account.id())
                .bind("username", account.username())
                .bind("name", account.name())
                .bind("email", account.email().orElse(null))
                .bind("verified", account.emailVerified())
                .bind("locale", account.locale().orElse(null))
                .bind("picture", account.picture().orElse(null))
                .bind("groups", Json.writeText(account.groups()))
                .bind("roles", Json.writeText(account.roles()))
                .bind("provider", account.provider())
                .bind("details", Json.writeText(new Details(account.details())))
                .bind("updated", account.updatedAt().map(Instant::toEpochMilli).orElse(0L))
                .bind("now", now.toEpochMilli());
    }

    /** The person in a row that begins with the columns; empty when a join has found nobody. */
    public static Optional<Account> read(ResultSet row) throws SQLException {
        String id = row.getString(1);
        if (id == null) {
            return Optional.empty();
        }
        return Optional.of(new Account(
                id,
                row.getString(2),
                row.getString(3),
                Optional.ofNullable(row.getString(4)),
                row.getBoolean(5),
                Optional.ofNullable(row.getString(6)),
                Optional.ofNullable(row.getString(7)),
                List.of(Json.read(row.getString(8), String[].class)),
                List.of(Json.read(row.getString(9), String[].class)),
                row.getString(10),
                Json.read(row.getString(13), Details.class).details(),
                Instant.ofEpochMilli(row.getLong(11)),
                Optional.of(row.getLong(14)).filter(millis -> millis > 0).map(Instant::ofEpochMilli),
                row.getBoolean(12)));
    }
}
