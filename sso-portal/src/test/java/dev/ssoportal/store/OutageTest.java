package dev.ssoportal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageTest {
    private long nanos = 17;
    private final Outage outage = new Outage(() -> nanos);

    private void pass(long millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }

    @Test
    void letsEverybodyTryWhileNothingIsWrong() {
        assertThat(outage.mayTry()).isTrue();
        assertThat(outage.mayTry()).isTrue();
    }

    @Test
    void letsOneAtATimeTryAfterAPause() {
        long began = outage.now();
        pass(5000);
        outage.found(began);

        assertThat(outage.mayTry()).isFalse();
        pass(499);
        assertThat(outage.mayTry()).isFalse();
        pass(1);
        assertThat(outage.mayTry()).as("the first after the pause").isTrue();
        pass(60_000);
        assertThat(outage.mayTry()).as("while one tries, however long it takes").isFalse();
        outage.over();
        assertThat(outage.mayTry()).isTrue();
        assertThat(outage.mayTry()).isTrue();
    }

    @Test
    void pausesAgainWhenTheTryFails() {
        outage.found(outage.now());
        assertThat(outage.mayTry()).as("what fails at once costs no pause").isTrue();
        long began = outage.now();
        pass(100);
        outage.found(began);

        pass(99);
        assertThat(outage.mayTry()).isFalse();
        pass(1);
        assertThat(outage.mayTry()).isTrue();
    }
}
