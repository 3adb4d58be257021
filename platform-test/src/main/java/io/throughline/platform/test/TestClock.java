package io.throughline.platform.test;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** The clock of a service under test: runs with the system's, shifted by what the test advanced it. */
public final class TestClock extends Clock {

    private static final AtomicReference<Duration> SHIFT = new AtomicReference<>(Duration.ZERO);

    public static void advance(Duration by) {
        SHIFT.updateAndGet(shift -> shift.plus(by));
    }

    public static void set(Instant now) {
        SHIFT.set(Duration.between(Clock.systemUTC().instant(), now));
    }

    public static void reset() {
        SHIFT.set(Duration.ZERO);
    }

    @Override
    public Instant instant() {
        return Clock.systemUTC().instant().plus(SHIFT.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.offset(Clock.system(zone), SHIFT.get());
    }

    static class Bean {
        @Produces
        @Singleton
        Clock settable() {
            return new TestClock();
        }
    }
}
