package io.throughline.analytics.report;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.throughline.platform.events.Json;
import io.throughline.platform.monitor.MonitorSection;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds a report in the cache or computes it. However many ask at once, one computes and the others wait for it, per
 * key and process; without Redis too.
 */
@Singleton
public class ReadReport implements MonitorSection {

    private final ReportStore store;
    private final ReportCache cache;
    private final Json json;
    private final Clock clock;
    private final Counter computed;
    private final Map<String, CompletableFuture<Answer>> underway = new ConcurrentHashMap<>();

    ReadReport(ReportStore store, ReportCache cache, Json json, Clock clock, MeterRegistry meters) {
        this.store = store;
        this.cache = cache;
        this.json = json;
        this.clock = clock;
        this.computed = meters.counter("throughline.report.computed");
    }

    /**
     * Which report is asked for. The date is in it because the days shown move at midnight without any event.
     *
     * @param version of the figures at least shown; newer ones may have arrived meanwhile
     */
    public record Key(UUID tenant, UUID instance, int days, LocalDate today, long version) {

        /** Grows with the fields of {@link Report}: an older replica's answers, and clients' copies, have fewer. */
        private static final int SHAPE = 2;

        String inRedis() {
            return "report:" + SHAPE + ":" + tenant + ":" + instance + ":" + days + ":" + today + ":" + version;
        }

        /** Within the URL of one instance and for one tenant's key. */
        String inTag() {
            return version + "-" + days + "-" + today + "-" + SHAPE;
        }

        private LocalDate from() {
            return today.minusDays(days - 1L);
        }
    }

    /** @param data the {@link Report} as JSON */
    public record Answer(boolean cached, String data) {}

    public Key key(UUID tenant, UUID instance, int days, long version) {
        return new Key(tenant, instance, days, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC), version);
    }

    public Answer read(Key key) {
        return cache.find(key.inRedis()).map(found -> new Answer(true, found)).orElseGet(() -> computeOnce(key));
    }

    /** The statement time-out bounds the computation, and with it how long the others wait. */
    private Answer computeOnce(Key key) {
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> theirs = underway.putIfAbsent(key.inRedis(), mine);
        if (theirs != null) {
            return joined(theirs);
        }
        try {
            // Whoever was here before may have finished since this request missed the cache.
            mine.complete(cache.peek(key.inRedis())
                    .map(found -> new Answer(true, found))
                    .orElseGet(() -> new Answer(false, compute(key))));
        } catch (Throwable e) {
            mine.completeExceptionally(e);
        } finally {
            underway.remove(key.inRedis(), mine);
        }
        return joined(mine);
    }

    private String compute(Key key) {
        computed.increment();
        Instant now = clock.instant();
        Report report = Report.of(key.instance(), now, store.figures(key.tenant(), key.instance(), key.from()));
        String text = json.text(report);
        cache.keep(key.inRedis(), text);
        return text;
    }

    @Override
    public String name() {
        return "report";
    }

    @Override
    public Map<String, Object> figures() {
        return Map.of("computed", (long) computed.count(), "underway", underway.size());
    }

    private static Answer joined(CompletableFuture<Answer> report) {
        try {
            return report.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }
}
