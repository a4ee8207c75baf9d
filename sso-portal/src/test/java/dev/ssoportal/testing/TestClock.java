package dev.ssoportal.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's time plus what a test has let pass. */
public final class TestClock extends Clock {
    private volatile Duration passed = Duration.ZERO;

    public void pass(Duration duration) {
        passed = passed.plus(duration);
    }

    @Override
    public Instant instant() {
        return Clock.systemUTC().instant().plus(passed);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
