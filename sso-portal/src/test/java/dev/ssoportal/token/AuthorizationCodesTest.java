package dev.ssoportal.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.config.ClusterConfig;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.directory.Account;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestClock;
import dev.ssoportal.token.AuthorizationCodes.Redemption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthorizationCodesTest {
    private final TestClock clock = new TestClock();
    private final RandomIds ids = new RandomIds();
    private final TokenConfig config = Fixtures.tokens();
    private Cluster cluster;
    private AuthorizationCodes codes;

    @BeforeEach
    void start() {
        cluster = Cluster.start(
                new ClusterConfig(
                        "codes-" + ids.id(), "127.0.0.1", 0, List.of(), Optional.empty(), Duration.ofSeconds(5), 1),
                new CompletableFuture<>(),
                clock);
        codes = new AuthorizationCodes(cluster, config, ids, clock);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String issue(Duration session) {
        Instant now = clock.instant();
        Authorization authorization = new Authorization(
                ids.id(),
                "web",
                "ann",
                "session",
                Set.of("openid"),
                List.of(),
                RequestedClaims.NONE,
                List.of(),
                now,
                Optional.empty(),
                List.of("pwd"),
                Optional.empty(),
                Optional.empty(),
                now);
        Account ann = new Account(
                "ann",
                "ann",
                "Ann Example",
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                "local",
                Map.of(),
                now,
                Optional.empty(),
                false);
        return codes.issue(authorization, ann, now.plus(session), Fixtures.CALLBACK, Optional.empty());
    }

    @Test
    void isRedeemedOnceAndRemembered() {
        String code = issue(Duration.ofHours(1));

        assertThat(codes.redeem(code)).isInstanceOf(Redemption.Redeemed.class);
        assertThat(codes.redeem(code)).isInstanceOf(Redemption.AlreadyUsed.class);
        clock.pass(Duration.ofMinutes(9));
        assertThat(codes.redeem(code)).isInstanceOf(Redemption.AlreadyUsed.class);
        assertThat(codes.redeem("invented")).isInstanceOf(Redemption.Unknown.class);
    }

    @Test
    void isGoodNoLongerThanTheSessionAndThanACodeIs() {
        String ofAShortSession = issue(Duration.ofSeconds(10));
        String code = issue(Duration.ofHours(1));

        clock.pass(Duration.ofSeconds(10));
        assertThat(codes.redeem(ofAShortSession)).isInstanceOf(Redemption.Unknown.class);
        clock.pass(config.codeLifetime().minusSeconds(10));
        assertThat(codes.redeem(code)).isInstanceOf(Redemption.Unknown.class);
    }

    @Test
    void canBeGivenBackUntilItIsTooOld() {
        String code = issue(Duration.ofHours(1));
        codes.giveBack(code, (Redemption.Redeemed) codes.redeem(code));
        codes.giveBack(code, (Redemption.Redeemed) codes.redeem(code));

        clock.pass(config.codeLifetime());

        assertThat(codes.redeem(code)).isInstanceOf(Redemption.Unknown.class);
    }

    @Test
    void isNotGivenBackOnceItHasBeenPresentedTwice() {
        String code = issue(Duration.ofHours(1));
        Redemption.Redeemed first = (Redemption.Redeemed) codes.redeem(code);
        assertThat(codes.redeem(code)).isInstanceOf(Redemption.AlreadyUsed.class);

        codes.giveBack(code, first);

        assertThat(codes.redeem(code)).isInstanceOf(Redemption.AlreadyUsed.class);
    }
}
