package dev.ssoportal.logout;

import dev.ssoportal.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** {@link LogoutNotice}s in SQL: no stop, crash or restart loses one. */
public final class LogoutNoticeStore {
    private static final String COLUMNS =
            "session_id, channel, recipient, recipient_name, account_id, state, tries, answer, created_at,"
                    + " changed_at, next_try_at";
    private static final String ONE = " where session_id = :session and channel = :channel and recipient = :recipient";

    private final Database database;

    public LogoutNoticeStore(Database database) {
        this.database = database;
    }

    /** @return those that were not there yet: of all who insert one notice, one gets it back */
    List<LogoutNotice> insert(List<LogoutNotice> notices) {
        if (notices.isEmpty()) {
            return List.of();
        }
        return database.transaction(handle -> {
            PreparedBatch batch = handle.prepareBatch("insert into logout_notice (" + COLUMNS
                    + ") values (:session, :channel, :recipient, :name, :account, :state, :tries, :answer, :created, :changed, :next)"
                    + " on conflict do nothing");
            for (LogoutNotice notice : notices) {
                batch.bind("session", notice.sessionId())
                        .bind("channel", notice.channel().name())
                        .bind("recipient", notice.recipient().id())
                        .bind("name", notice.recipient().name())
                        .bind("account", notice.accountId())
                        .bind("state", notice.state().name())
                        .bind("tries", notice.tries())
                        .bind("answer", notice.answer())
                        .bind("created", notice.createdAt().toEpochMilli())
                        .bind("changed", notice.changedAt().toEpochMilli())
                        .bind("next", notice.nextTryAt().toEpochMilli())
                        .add();
            }
            int[] inserted = batch.execute();
            List<LogoutNotice> fresh = new ArrayList<>();
            for (int i = 0; i < inserted.length; i++) {
                if (inserted[i] == 1) {
                    fresh.add(notices.get(i));
                }
            }
            return fresh;
        });
    }

    /** Whose turn it is: sessions that have to go, and before anything else of theirs, then back-channel notices. */
    List<LogoutNotice> due(Instant now, int limit) {
        return database.query(handle -> handle.createQuery("select " + COLUMNS + " from logout_notice where state in"
                        + " ('PENDING', 'SENT', 'RETRYING') and next_try_at <= :now and channel in ('BACK', 'SESSION')"
                        + " order by case when channel = 'SESSION' then 0 else 1 end, next_try_at limit :limit")
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> notice(row))
                .list());
    }

    /** Takes the turn: of all members who try, one hears {@code true}. */
    boolean replace(LogoutNotice expected, LogoutNotice updated) {
        return database.query(handle -> handle.createUpdate("update logout_notice set state = :state, tries = :tries,"
                                + " answer = :answer, changed_at = :changed, next_try_at = :next" + ONE
                                + " and state = :expectedState and next_try_at = :expectedNext")
                        .bind("expectedState", expected.state().name())
                        .bind("expectedNext", expected.nextTryAt().toEpochMilli())
                        .bind("state", updated.state().name())
                        .bind("tries", updated.tries())
                        .bind("answer", updated.answer())
                        .bind("changed", updated.changedAt().toEpochMilli())
                        .bind("next", updated.nextTryAt().toEpochMilli())
                        .bind("session", updated.sessionId())
                        .bind("channel", updated.channel().name())
                        .bind("recipient", updated.recipient().id())
                        .execute())
                == 1;
    }

    /** Received, whoever has the turn. */
    boolean acknowledge(LogoutNotice notice, String answer, Instant now) {
        return database.query(handle -> handle.createUpdate(
                                "update logout_notice set state = 'ACKNOWLEDGED', answer = :answer,"
                                        + " changed_at = :now" + ONE + " and state <> 'ACKNOWLEDGED'")
                        .bind("answer", answer)
                        .bind("now", now.toEpochMilli())
                        .bind("session", notice.sessionId())
                        .bind("channel", notice.channel().name())
                        .bind("recipient", notice.recipient().id())
                        .execute())
                == 1;
    }

    void delete(LogoutNotice notice) {
        database.execute(handle -> handle.createUpdate(
                        "delete from logout_notice" + ONE
                                + " and not exists (select 1 from logout_notice ending where ending.session_id = :session and ending.channel = 'SESSION')")
                .bind("session", notice.sessionId())
                .bind("channel", notice.channel().name())
                .bind("recipient", notice.recipient().id())
                .execute());
    }

    void deleteOfSession(String sessionId) {
        database.execute(handle ->
                handle.execute("delete from logout_notice where session_id = ? and channel = 'SESSION'", sessionId));
    }

    void giveUpOnBrowsers(Instant now, Instant before) {
        database.execute(handle -> handle.execute(
                "update logout_notice set state = 'GIVEN_UP', answer = 'the browser did not go on', changed_at = ?"
                        + " where channel in ('FRONT', 'UPSTREAM') and state in ('PENDING', 'SENT') and created_at < ?",
                now.toEpochMilli(),
                before.toEpochMilli()));
    }

    /** What became of a notice that a browser was to deliver. A receipt that is final stays. */
    void deliver(
            String sessionId,
            LogoutNotice.Channel channel,
            List<String> recipients,
            LogoutNotice.State state,
            Instant now) {
        database.transaction(handle -> {
            recipients.forEach(recipient -> deliver(handle, sessionId, channel, recipient, state, now));
            return true;
        });
    }

    private static void deliver(
            Handle handle,
            String sessionId,
            LogoutNotice.Channel channel,
            String recipient,
            LogoutNotice.State state,
            Instant now) {
        handle.createUpdate("update logout_notice set state = :state, changed_at = :now, tries = 1" + ONE
                        + " and state in ('PENDING', 'SENT')")
                .bind("state", state.name())
                .bind("now", now.toEpochMilli())
                .bind("session", sessionId)
                .bind("channel", channel.name())
                .bind("recipient", recipient)
                .execute();
    }

    List<LogoutNotice> ofSession(String sessionId) {
        return database.query(handle -> handle.createQuery(
                        "select " + COLUMNS
                                + " from logout_notice where session_id = :session and channel <> 'SESSION' order by recipient_name, channel")
                .bind("session", sessionId)
                .map((row, context) -> notice(row))
                .list());
    }

    List<LogoutNotice> ofAccount(String accountId, int limit) {
        return database.query(handle -> handle.createQuery(
                        "select " + COLUMNS
                                + " from logout_notice where account_id = :account and channel <> 'SESSION' order by created_at desc, recipient_name limit :limit")
                .bind("account", accountId)
                .bind("limit", limit)
                .map((row, context) -> notice(row))
                .list());
    }

    void deleteBefore(Instant instant) {
        database.execute(
                handle -> handle.execute("delete from logout_notice where created_at < ?", instant.toEpochMilli()));
    }

    private static LogoutNotice notice(ResultSet row) throws SQLException {
        return new LogoutNotice(
                row.getString(1),
                LogoutNotice.Channel.valueOf(row.getString(2)),
                new Recipient(row.getString(3), row.getString(4)),
                row.getString(5),
                LogoutNotice.State.valueOf(row.getString(6)),
                row.getInt(7),
                row.getString(8),
                Instant.ofEpochMilli(row.getLong(9)),
                Instant.ofEpochMilli(row.getLong(10)),
                Instant.ofEpochMilli(row.getLong(11)));
    }
}
