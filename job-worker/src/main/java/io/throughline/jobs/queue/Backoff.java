package io.throughline.jobs.queue;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** The wait before another attempt: 200 ms doubling with each, at most 60 s, the upper half of it by chance. */
final class Backoff {

    private static final long FIRST_MILLIS = 200;
    private static final long CAP_MILLIS = 60_000;

    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** @param attempt the one that failed, from 1 */
    Duration after(int attempt) {
        long full = Math.min(CAP_MILLIS, FIRST_MILLIS << Math.min(attempt - 1, 20));
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }
}
