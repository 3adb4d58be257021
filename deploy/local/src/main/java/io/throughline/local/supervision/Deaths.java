package io.throughline.local.supervision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** The deaths of a service since it was last ready: five within a minute are too many. */
final class Deaths {

    static final int LIMIT = 5;
    private static final Duration WINDOW = Duration.ofSeconds(60);

    private final Deque<Instant> times = new ArrayDeque<>();

    boolean addAndTellWhetherTooMany(Instant now) {
        times.addLast(now);
        while (times.getFirst().isBefore(now.minus(WINDOW))) {
            times.removeFirst();
        }
        return times.size() >= LIMIT;
    }

    void forget() {
        times.clear();
    }
}
