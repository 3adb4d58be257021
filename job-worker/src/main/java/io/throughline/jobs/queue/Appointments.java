package io.throughline.jobs.queue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * Wakes a worker when a job becomes due of which this replica knows. One of another replica, one of before a restart and one
 * beyond the first {@value #KEPT} is found by polling.
 */
final class Appointments implements AutoCloseable {

    private static final int KEPT = 10_000;
    /** Clocks differ a little, and a moment early is a whole poll late. */
    private static final Duration LATE = Duration.ofMillis(2);

    private record Appointment(Instant at, Clock clock) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(Duration.between(clock.instant(), at));
        }

        @Override
        public int compareTo(Delayed other) {
            return at.compareTo(((Appointment) other).at);
        }
    }

    private final Clock clock;
    private final Runnable wake;
    private final DelayQueue<Appointment> waiting = new DelayQueue<>();
    private final Set<Instant> known = ConcurrentHashMap.newKeySet();
    private final Thread thread = Thread.ofPlatform().daemon().name("jobs-due").unstarted(this::run);

    Appointments(Clock clock, Runnable wake) {
        this.clock = clock;
        this.wake = wake;
    }

    void start() {
        thread.start();
    }

    void at(Instant due) {
        Instant moment = Instant.ofEpochMilli(due.plus(LATE).toEpochMilli());
        if (known.size() < KEPT && known.add(moment)) {
            waiting.add(new Appointment(moment, clock));
        }
    }

    void after(Duration delay) {
        at(clock.instant().plus(delay));
    }

    private void run() {
        try {
            while (true) {
                known.remove(waiting.take().at());
                wake.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
