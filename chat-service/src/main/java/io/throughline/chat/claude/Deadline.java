package io.throughline.chat.claude;

import java.time.Duration;

/** When an answer must be there. Measured on the monotonic clock: it bounds a wait, it tells no time. */
record Deadline(long atNanos, Duration limit) {

    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos(), limit);
    }

    /** Zero or negative when it has passed. */
    Duration left() {
        return Duration.ofNanos(atNanos - System.nanoTime());
    }

    boolean passed() {
        return !left().isPositive();
    }
}
