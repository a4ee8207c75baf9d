package dev.ssoportal.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.TestClock;
import dev.ssoportal.token.AuthorizationCodes.Redemption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
        cluster = Cluster.start(Fixtures.oneMember("codes-" + ids.id()), new CompletableFuture<>(), clock);
        codes = new AuthorizationCodes(cluster, config, ids, clock);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String issue(Duration session) {
        Instant now = clock.instant();
        return codes.issue(
                Fixtures.grant(ids.id(), "ann", now),
                Fixtures.account("ann", "local", now),
                now.plus(session),
                Fixtures.CALLBACK,
                Optional.empty());
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
