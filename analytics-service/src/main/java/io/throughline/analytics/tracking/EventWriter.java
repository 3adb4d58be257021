package io.throughline.analytics.tracking;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.SqlFailure;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Puts events into the outbox, those that come at one time in one statement: a campaign that has just been sent brings
 * thousands of opens a second, and they must not take the connections that reports need. While the database is away events
 * wait here; only more than {@value #ROOM} of them, or the end of this process, loses any.
 */
@Startup
@Singleton
class EventWriter {

    private static final Logger LOG = Logger.getLogger(EventWriter.class);
    private static final int ROOM = 20_000;
    private static final int BATCH = 1_000;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Outbox outbox;
    private final Counter lost;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>(ROOM);
    private final Thread thread = Thread.ofPlatform().daemon().name("tracking").unstarted(this::run);
    private volatile boolean closed;

    private record Waiting(OutboundEvent event, CompletableFuture<Void> kept) {}

    EventWriter(Outbox outbox, MeterRegistry meters) {
        this.outbox = outbox;
        this.lost = meters.counter("throughline.tracking.lost");
        thread.start();
    }

    /** Whether it is known to be kept when this returns. Otherwise it may still be. */
    boolean write(OutboundEvent event, Duration patience) {
        Waiting waiting = new Waiting(event, new CompletableFuture<>());
        if (!queue.offer(waiting)) {
            lost.increment();
            LOG.warn("An event of a recipient is lost: too many wait for the database");
            return false;
        }
        try {
            waiting.kept().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        while (!closed || !queue.isEmpty()) {
            try {
                Waiting first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH - 1);
                    keep(batch);
                    batch.clear();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void keep(List<Waiting> batch) throws InterruptedException {
        while (true) {
            try {
                outbox.publish(batch.stream().map(Waiting::event).toList());
                batch.forEach(each -> each.kept().complete(null));
                return;
            } catch (RuntimeException failure) {
                if (!SqlFailure.mayPass(failure)) {
                    lost.increment(batch.size());
                    LOG.errorf(failure, "Events of recipients are lost; events=%d", batch.size());
                    batch.forEach(each -> each.kept().completeExceptionally(failure));
                    return;
                }
                LOG.warnf("Events of recipients wait; reason=%s", failure.getMessage());
                Thread.sleep(BETWEEN_TRIES);
            }
        }
    }

    void shutdown(@Observes ShutdownEvent event) throws InterruptedException {
        closed = true;
        thread.join(LAST_WORDS);
        thread.interrupt();
    }
}
