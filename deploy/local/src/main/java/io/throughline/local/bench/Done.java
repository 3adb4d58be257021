package io.throughline.local.bench;

import io.throughline.local.stack.StackFailure;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The jobs of a queue in this process that have begun, and how long after they were asked for. */
final class Done {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicInteger count = new AtomicInteger();
    private final Queue<Double> latencies = new ConcurrentLinkedQueue<>();

    /** @param asked of {@link System#nanoTime} */
    void begun(long asked) {
        latencies.add(Latencies.millisSince(asked));
        count.incrementAndGet();
    }

    void clear() {
        latencies.clear();
        count.set(0);
    }

    /** How many, when it is all or the time is over. */
    int await(int jobs, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        while (count.get() < jobs && System.nanoTime() < until) {
            Thread.sleep(10);
        }
        return count.get();
    }

    Latencies latencies(int jobs) throws InterruptedException {
        if (await(jobs, PATIENCE) != jobs) {
            throw new StackFailure(count + " of " + jobs + " jobs began.", "./throughline bench jobs");
        }
        Latencies all = new Latencies(
                latencies.stream().mapToDouble(Double::doubleValue).toArray());
        clear();
        return all;
    }
}
