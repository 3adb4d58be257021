package io.throughline.local.bench;

import io.throughline.local.demo.Api;
import io.throughline.local.stack.StackFailure;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/** Publishes events while the suite takes them in, and waits until the report shows every one of them. */
final class EndToEnd {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    /** Published within the time for which readers may stand still. */
    private static final int ROUND = 250_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Api api;
    private final EventFeed feed;

    EndToEnd(Api api, EventFeed feed) {
        this.api = api;
        this.feed = feed;
    }

    /**
     * @param published from the first send to the last acknowledgement
     * @param visible until the report showed all of them
     */
    record Fed(long events, Duration published, Duration visible) {
        double publishedPerSecond() {
            return perSecond(events, published);
        }

        double visiblePerSecond() {
            return perSecond(events, visible);
        }
    }

    static double perSecond(long events, Duration took) {
        return events * 1e9 / took.toNanos();
    }

    Fed feed(MeasuredInstance instance, DrawnEvents events) throws Exception {
        long before = instance.total(api);
        try (ExecutorService producing = Executors.newSingleThreadExecutor()) {
            long began = System.nanoTime();
            Future<Duration> published = producing.submit(() -> feed.publish(events));
            awaitTotal(instance, before + events.count(), published);
            Duration visible = Duration.ofNanos(System.nanoTime() - began);
            return new Fed(events.count(), published.get(), visible);
        }
    }

    /**
     * As {@link #feed}, but the events of each round lie in Kafka before the first of them is taken in: the time is that of
     * taking in, not of publishing.
     *
     * @param afterRound told, while the clock stands, how many events the report shows
     * @param reader the service that takes them in, one of {@code stopped}
     */
    Fed feedStored(
            MeasuredInstance instance,
            DrawnEvents events,
            LongConsumer afterRound,
            StoppedServices stopped,
            String reader)
            throws Exception {
        long expected = instance.total(api);
        Duration published = Duration.ZERO;
        Duration visible = Duration.ZERO;
        try (stopped) {
            for (Iterator<DrawnEvents.Event> rest = events.iterator(); rest.hasNext(); ) {
                stopped.stop();
                EventFeed.Published round = feed.publish(events, rest, ROUND);
                published = published.plus(round.took());
                expected += round.events();
                long began = System.nanoTime();
                stopped.goOn(reader);
                awaitTotal(instance, expected, CompletableFuture.completedFuture(null));
                visible = visible.plusNanos(System.nanoTime() - began);
                afterRound.accept(expected);
            }
        }
        return new Fed(events.count(), published, visible);
    }

    private void awaitTotal(MeasuredInstance instance, long expected, Future<?> published) throws Exception {
        long shown = -1;
        long lastProgress = System.nanoTime();
        while (shown != expected) {
            long total = instance.total(api);
            if (published.state() == Future.State.FAILED) {
                published.get();
            }
            if (total != shown) {
                lastProgress = System.nanoTime();
            }
            boolean waitedInVain = System.nanoTime() - lastProgress > PATIENCE.toNanos();
            if (total > expected || waitedInVain) {
                throw new StackFailure(
                        "The report shows %d events and should show %d.".formatted(total, expected),
                        "./throughline logs analytics-service");
            }
            shown = total;
            if (shown != expected) {
                Thread.sleep(BETWEEN_LOOKS);
            }
        }
    }
}
