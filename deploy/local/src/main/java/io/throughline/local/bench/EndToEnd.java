package io.throughline.local.bench;

import io.throughline.local.demo.Api;
import io.throughline.local.stack.StackFailure;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/** Publishes events while the suite takes them in, and waits until the report shows every one of them. */
final class EndToEnd {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Api api;
    private final EventFeed feed;

    EndToEnd(Api api, EventFeed feed) {
        this.api = api;
        this.feed = feed;
    }

    /**
     * @param published from the first send to the last acknowledgement
     * @param visible from the first send to the report that shows all of them
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

    /** @param progress told after each look how many events the report shows */
    Fed feed(MeasuredInstance instance, DrawnEvents events, LongConsumer progress) throws Exception {
        long before = instance.total(api);
        try (ExecutorService producing = Executors.newSingleThreadExecutor()) {
            long began = System.nanoTime();
            Future<Duration> published = producing.submit(() -> feed.publish(events));
            awaitTotal(instance, before + events.count(), published, progress);
            Duration visible = Duration.ofNanos(System.nanoTime() - began);
            return new Fed(events.count(), published.get(), visible);
        }
    }

    private void awaitTotal(MeasuredInstance instance, long expected, Future<?> published, LongConsumer progress)
            throws Exception {
        long shown = -1;
        long lastProgress = System.nanoTime();
        while (shown != expected) {
            long total = instance.total(api);
            progress.accept(total);
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
