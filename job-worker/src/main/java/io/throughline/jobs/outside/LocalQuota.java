package io.throughline.jobs.outside;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * This replica's own bound on calls in a window. A call counts from its beginning until a window after its end, because the
 * provider may have heard it at any time in between. Concurrency is the bulkhead's.
 */
final class LocalQuota {

    private final int limit;
    private final Duration window;
    private final Clock clock;
    private final ArrayDeque<Instant> ended = new ArrayDeque<>();
    private int underWay;

    LocalQuota(int limit, Duration window, Clock clock) {
        this.limit = limit;
        this.window = window;
        this.clock = clock;
    }

    /** Zero: the call may begin; else it may be worth asking again after so long. */
    synchronized Duration begin() {
        Instant now = clock.instant();
        forget(now);
        if (ended.size() + underWay < limit) {
            underWay++;
            return Duration.ZERO;
        }
        return ended.isEmpty()
                ? SharedQuota.SOON
                : Duration.between(now, ended.peekFirst().plus(window)).plusMillis(1);
    }

    synchronized void end() {
        underWay--;
        ended.addLast(clock.instant());
    }

    /** As if it had not begun. */
    synchronized void takeBack() {
        underWay--;
    }

    synchronized int used() {
        forget(clock.instant());
        return ended.size() + underWay;
    }

    private void forget(Instant now) {
        Instant horizon = now.minus(window);
        while (!ended.isEmpty() && !ended.peekFirst().isAfter(horizon)) {
            ended.removeFirst();
        }
    }
}
