package dev.ssoportal.logout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.config.DatabaseConfig;
import dev.ssoportal.config.SessionConfig;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.Pseudonyms;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.session.Device;
import dev.ssoportal.session.SessionCookie;
import dev.ssoportal.session.SessionLinkStore;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Database;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestClock;
import dev.ssoportal.token.RefreshTokenStore;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import dev.ssoportal.token.Subjects;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An end that a failure has interrupted is gone on with, however long the failure lasts and whoever takes part. */
class EndOfSessionTest {
    private final TestClock clock = new TestClock();
    private final RandomIds ids = new RandomIds();
    private final List<String> called = new ArrayList<>();
    private Database database;
    private Cluster cluster;
    private Sessions sessions;
    private SessionEnder ender;

    @BeforeEach
    void build() {
        database = Database.open(
                new DatabaseConfig(
                        Optional.of("jdbc:h2:mem:" + ids.id() + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"),
                        Optional.empty(),
                        Optional.empty(),
                        5,
                        Duration.ofSeconds(3)),
                Path.of("unused"));
        cluster = Cluster.start(
                Fixtures.oneMember("end-" + ids.id()), CompletableFuture.completedFuture(database), clock);
        MasterKey masterKey = new MasterKey("end", ids);
        TokenConfig tokens = Fixtures.tokens();
        SessionConfig limits = new SessionConfig(
                Duration.ofHours(2), Duration.ofHours(12), Duration.ofMinutes(10), Duration.ofDays(30), Set.of());
        Revocations revocations = new Revocations(
                cluster,
                new Subjects(new AppCatalog(List.of(), List.of(), List.of()), new Pseudonyms(masterKey)),
                tokens,
                clock);
        sessions = new Sessions(
                cluster,
                new SessionLinkStore(database),
                limits,
                new SessionCookie(masterKey),
                revocations::isSessionRevoked,
                ids,
                clock);
        AuditLog audit = new AuditLog();
        ender = new SessionEnder(
                sessions,
                new RefreshTokens(new RefreshTokenStore(database), tokens, masterKey, clock),
                revocations,
                new LogoutNotices(new LogoutNoticeStore(database), new Recorder(), Runnable::run, audit, clock),
                List.of(),
                cluster,
                "https://portal.example",
                audit,
                ids,
                clock);
    }

    @AfterEach
    void close() {
        cluster.close();
        database.close();
    }

    private final class Recorder implements BackChannel {
        @Override
        public List<Recipient> recipients(SsoSession session) {
            return session.participants().stream()
                    .map(participant -> new Recipient(participant.clientId(), participant.clientId()))
                    .toList();
        }

        @Override
        public List<Recipient> unreachable(SsoSession session) {
            return List.of();
        }

        @Override
        public CompletableFuture<Integer> send(String recipient, String accountId, String sessionId) {
            called.add(recipient);
            return CompletableFuture.completedFuture(200);
        }
    }

    private SsoSession begun() {
        Account account = Fixtures.account(ids.id(), "corp", clock.instant());
        UpstreamIdentity identity = new UpstreamIdentity(
                "corp",
                "ann",
                "ann",
                "Ann",
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Map.of(),
                clock.instant(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Map.of());
        return sessions.begin(account, identity, new Device("test", "127.0.0.1"), false)
                .session();
    }

    /** Fails in the middle: the marks are set, the refresh tokens cannot be revoked, the session is still there. */
    private void endInVain(SsoSession session) {
        rename("refresh_token_family", "away");
        assertThatThrownBy(() -> ender.end(session.id(), SessionEnder.Cause.PERSON))
                .isInstanceOf(RuntimeException.class);
        rename("away", "refresh_token_family");
        assertThat(sessions.findToEnd(session.id())).isPresent();
    }

    private void rename(String from, String to) {
        database.execute(handle -> handle.execute("alter table " + from + " rename to " + to));
    }

    @Test
    void endsASessionThatNoAppTakesPartIn() {
        SsoSession session = begun();
        endInVain(session);
        assertThat(sessions.find(session.id())).as("worth nothing meanwhile").isEmpty();

        clock.pass(Duration.ofMinutes(30));
        ender.goOn();

        assertThat(sessions.findToEnd(session.id())).isEmpty();
        assertThat(sessions.find(session.id())).isEmpty();
    }

    @Test
    void tellsTheAppsOnce() {
        SsoSession session = begun();
        sessions.join(session, "orders");
        endInVain(session);
        assertThat(called).isEmpty();

        clock.pass(Duration.ofMinutes(30));
        ender.goOn();
        ender.goOn();

        assertThat(sessions.findToEnd(session.id())).isEmpty();
        assertThat(called).containsExactly("orders");
    }

    @Test
    void leavesNothingBehindOfAnEndThatWentWell() {
        SsoSession session = begun();

        ender.end(session.id(), SessionEnder.Cause.PERSON);

        int rows = database.query(handle -> handle.createQuery("select count(*) from logout_notice")
                .mapTo(Integer.class)
                .one());
        assertThat(rows).isZero();
    }
}
