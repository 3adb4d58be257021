package io.throughline.chat.claude;

import io.throughline.chat.asking.ChatErrors;
import io.throughline.platform.http.Problem;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls to the provider that may be under way at once; first come, first served. */
final class Slots {

    private final Semaphore free;
    private final int all;
    private final Duration patience;
    private final AtomicInteger most = new AtomicInteger();

    Slots(int all, Duration patience) {
        this.free = new Semaphore(all, true);
        this.all = all;
        this.patience = patience;
    }

    /** Close it when the call has ended. */
    interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws Problem 503 when none gets free in time */
    Slot take(Deadline deadline) {
        long wait = Math.min(patience.toMillis(), Math.max(0, deadline.left().toMillis()));
        try {
            if (!free.tryAcquire(wait, TimeUnit.MILLISECONDS)) {
                throw new Problem(
                                ChatErrors.MODEL_UNAVAILABLE,
                                "All " + all + " calls to the language model are taken; ask again in a moment.")
                        .retryAfter(patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("cancelled while waiting for the model");
        }
        most.accumulateAndGet(taken(), Math::max);
        return free::release;
    }

    int taken() {
        return all - free.availablePermits();
    }

    /** The most that were ever taken at once. */
    int most() {
        return most.get();
    }

    int all() {
        return all;
    }
}
