package io.throughline.jobs.outside;

import io.throughline.jobs.outside.OutsideFailure.Later;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A provider's quota: this replica's own bound of the full size, and within it what all replicas share. */
final class Quota {

    private final OutsideSettings.Provider settings;
    private final LocalQuota local;
    private final SharedQuota shared;
    private final Clock clock;
    private final RandomGenerator random;
    private volatile Instant pausedUntil = Instant.MIN;

    Quota(
            OutsideSettings.Provider settings,
            LocalQuota local,
            SharedQuota shared,
            Clock clock,
            RandomGenerator random) {
        this.settings = settings;
        this.local = local;
        this.shared = shared;
        this.clock = clock;
        this.random = random;
    }

    /** A call's place in the quota, to be closed when the call has ended. */
    final class Place implements AutoCloseable {

        private final String call = UUID.randomUUID().toString();
        private BigDecimal cost;

        /** The call may be heard from now on. */
        void used() {
            cost = BigDecimal.ZERO;
        }

        void costs(BigDecimal amount) {
            cost = amount;
        }

        @Override
        public void close() {
            if (cost == null) {
                local.takeBack();
            } else {
                local.end();
            }
            shared.end(call, cost);
        }
    }

    /** @throws Later when the turn does not come within the provider's patience */
    Place take(Provider.Pause pause) throws InterruptedException {
        Instant until = clock.instant().plus(settings.patience());
        Place place = new Place();
        while (true) {
            Duration wait = attempt(place.call);
            if (wait.isZero()) {
                return place;
            }
            if (clock.instant().plus(wait).isAfter(until)) {
                throw new Later("the provider's quota is used up, or it asked for a pause", wait);
            }
            // By chance, or all who wait would ask at the same moment again.
            pause.pause(wait.plusMillis(random.nextLong(SharedQuota.SOON.toMillis())));
        }
    }

    private Duration attempt(String call) {
        Instant now = clock.instant();
        if (now.isBefore(pausedUntil)) {
            return Duration.between(now, pausedUntil);
        }
        Duration wait = local.begin();
        if (!wait.isZero()) {
            return wait;
        }
        wait = shared.begin(call).orElse(Duration.ZERO);
        if (!wait.isZero()) {
            local.takeBack();
        }
        return wait;
    }

    /** The provider wants to be left alone, by everybody. */
    void pause(Duration time) {
        pausedUntil = clock.instant().plus(time);
        shared.pause(time);
    }

    Duration paused() {
        Duration left = Duration.between(clock.instant(), pausedUntil);
        return left.isPositive() ? left : Duration.ZERO;
    }
}
