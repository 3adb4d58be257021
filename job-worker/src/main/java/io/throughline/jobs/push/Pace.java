package io.throughline.jobs.push;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * At most five progress messages of a job within any second, to one client; those over it are left out, for newer ones
 * follow.
 */
final class Pace {

    private static final int MESSAGES = 5;
    /** A little more than a second, because the network may bring messages closer together. */
    private static final long WITHIN_NANOS = Duration.ofMillis(1100).toNanos();

    private static final int REMEMBERED = 1_000;

    private final Map<UUID, long[]> sent = new HashMap<>();

    synchronized boolean allows(Moved event, long nanoTime) {
        if (!event.type().equals(Moved.PROGRESS)) {
            sent.remove(event.jobId());
            return true;
        }
        if (sent.size() >= REMEMBERED) {
            sent.values().removeIf(times -> nanoTime - newest(times) > WITHIN_NANOS);
        }
        long[] times = sent.computeIfAbsent(event.jobId(), job -> new long[MESSAGES + 1]);
        int count = (int) times[MESSAGES];
        int slot = count % MESSAGES;
        if (count >= MESSAGES && nanoTime - times[slot] < WITHIN_NANOS) {
            return false;
        }
        times[slot] = nanoTime;
        times[MESSAGES] = count + 1;
        return true;
    }

    private static long newest(long[] times) {
        return times[(int) (times[MESSAGES] - 1) % MESSAGES];
    }
}
