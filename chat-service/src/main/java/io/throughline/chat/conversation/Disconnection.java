package io.throughline.chat.conversation;

import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * Interrupts the thread that opened it when the client goes away: an answer that nobody reads costs tokens. Open it only
 * around work that may be interrupted; storing may not.
 */
final class Disconnection implements AutoCloseable {

    private final Thread worker = Thread.currentThread();
    private boolean gone;
    private boolean closed;

    private Disconnection() {}

    static Disconnection cancelling(RoutingContext routing) {
        Disconnection disconnection = new Disconnection();
        routing.addEndHandler(ended -> disconnection.end());
        if (routing.response().closed()) {
            disconnection.end();
        }
        return disconnection;
    }

    /** @throws CancellationException when the work ended, in whatever way, after the client had gone */
    <T> T unlessGone(Supplier<T> work) {
        T done = null;
        RuntimeException failure = null;
        try {
            done = work.get();
        } catch (RuntimeException e) {
            failure = e;
        }
        if (isGone()) {
            throw new CancellationException("the client went away");
        }
        if (failure != null) {
            throw failure;
        }
        return done;
    }

    private synchronized boolean isGone() {
        return gone;
    }

    private synchronized void end() {
        if (!closed) {
            gone = true;
            worker.interrupt();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        Thread.interrupted();
    }
}
