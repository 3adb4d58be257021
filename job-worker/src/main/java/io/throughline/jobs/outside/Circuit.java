package io.throughline.jobs.outside;

import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.throughline.jobs.outside.OutsideFailure.Later;
import io.throughline.jobs.outside.OutsideFailure.Unavailable;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jboss.logging.Logger;

/**
 * Keeps this replica from a provider that fails, and the provider from too many at once of this replica's. The bulkhead
 * lies around the wait for the quota, the breaker inside it: a call that waits tells nothing of the provider's health.
 */
final class Circuit {

    private static final Logger LOG = Logger.getLogger(Circuit.class);
    /** Waiting calls per place: more than job types run at a time. */
    private static final int QUEUE = 10;

    private final Guard bulkhead;
    private final Guard breaker;
    private final long restNanos;
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;
    private volatile long openedAt;

    Circuit(String provider, OutsideSettings.Provider settings) {
        restNanos = settings.breakerRest().toNanos();
        bulkhead = Guard.create()
                .withDescription("outside-" + provider + "-bulkhead")
                .withBulkhead()
                .limit(settings.concurrency())
                .queueSize(QUEUE * settings.concurrency())
                .enableSynchronousQueueing()
                .done()
                .build();
        breaker = Guard.create()
                .withDescription("outside-" + provider + "-breaker")
                .withCircuitBreaker()
                .failOn(Unavailable.class)
                .requestVolumeThreshold(settings.breakerCalls())
                .failureRatio(0.5)
                .delay(settings.breakerRest().toMillis(), ChronoUnit.MILLIS)
                .onStateChange(now -> moved(provider, now))
                .done()
                .build();
    }

    private void moved(String provider, CircuitBreakerState now) {
        if (now == CircuitBreakerState.OPEN) {
            openedAt = System.nanoTime();
            LOG.warnf("A provider fails and is left alone; provider=%s", provider);
        }
        state = now;
    }

    /** In its turn among this replica's calls; at once a {@link Later} while the provider is left alone. */
    Answer within(Callable<Answer> call) throws InterruptedException {
        Duration rest = rest();
        if (rest.isPositive()) {
            throw new Later("the provider has been failing", rest);
        }
        try {
            return bulkhead.call(call, Answer.class);
        } catch (BulkheadException e) {
            throw new Later("too many calls wait for the provider", Duration.ofSeconds(1));
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The call itself, whose outcome says how the provider is. */
    <T> T guard(Callable<T> call, Class<T> type) throws Exception {
        try {
            return breaker.call(call, type);
        } catch (CircuitBreakerOpenException e) {
            Duration rest = rest();
            throw new Later("the provider has been failing", rest.isPositive() ? rest : Duration.ofSeconds(1));
        }
    }

    /** {@code closed, open, half_open}. */
    String state() {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Zero or less: the provider may be asked. */
    Duration rest() {
        return state == CircuitBreakerState.OPEN
                ? Duration.ofNanos(restNanos - (System.nanoTime() - openedAt))
                : Duration.ZERO;
    }
}
