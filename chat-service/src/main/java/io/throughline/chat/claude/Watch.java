package io.throughline.chat.claude;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts the thread that opened it when it was not called off in time. A virtual thread that waits for a socket is
 * woken by that and the connection is closed; the read time-out of a socket would not do, for a provider that is slow to
 * answer sends pings.
 */
final class Watch implements AutoCloseable {

    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("model watch").factory());

    private final Thread watched = Thread.currentThread();
    private final Future<?> alarm;
    private boolean off;
    private boolean rang;

    Watch(Duration limit) {
        alarm = TIMER.schedule(this::ring, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void ring() {
        if (!off) {
            rang = true;
            watched.interrupt();
        }
    }

    /** What was waited for has come. */
    synchronized void callOff() {
        if (!off) {
            off = true;
            alarm.cancel(false);
        }
    }

    /** Whether the interrupt of this thread is ours; takes it back then. */
    synchronized boolean rang() {
        off = true;
        if (rang) {
            Thread.interrupted();
        }
        return rang;
    }

    @Override
    public void close() {
        callOff();
    }
}
