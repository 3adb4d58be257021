package io.throughline.jobs.queue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What this replica's worker did since it started, by type: Prometheus reads it, and so does the monitor. Costs no
 * statement. Types are those that the worker runs, and a type's error codes are counted apart up to {@value #CODES}.
 */
@Singleton
class JobMeters {

    static final int CODES = 20;
    static final String OTHER_CODE = "other";

    private static final double[] PERCENTILES = {0.5, 0.99};
    private static final Duration RECENT = Duration.ofMinutes(10);
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30),
    };

    private final MeterRegistry registry;
    private final Map<String, OfType> byType = new ConcurrentHashMap<>();

    JobMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param waited from when it was due */
    void began(String type, Duration waited) {
        of(type).waits.record(waited.isNegative() ? Duration.ZERO : waited);
    }

    /**
     * @param status of the job from now on; pending: it is run again
     * @param errorCode null: the attempt did not fail
     * @param ran null: nobody knows, its worker died
     */
    void ended(String type, JobStatus status, String errorCode, Duration ran) {
        OfType meters = of(type);
        if (ran != null) {
            meters.runs.record(ran);
        }
        meters.ended(outcome(status, errorCode));
        if (status == JobStatus.FAILED) {
            meters.died(errorCode == null ? OTHER_CODE : errorCode);
        }
    }

    private static String outcome(JobStatus status, String errorCode) {
        return switch (status) {
            case COMPLETED, FAILED, CANCELLED -> status.wire();
            case PENDING -> errorCode == null ? "handed_back" : "to_be_retried";
            case PROCESSING -> "detached";
        };
    }

    /**
     * Times are of the last ten minutes, in milliseconds; 0 when there were none.
     *
     * @param attempts begun since this replica started
     * @param deaths jobs that failed for good since then
     * @param deathsByCode of the error
     */
    record Figures(
            long attempts,
            long deaths,
            Map<String, Long> deathsByCode,
            double waitP50Millis,
            double waitP99Millis,
            double runP50Millis,
            double runP99Millis) {}

    /** By type, of those that ran here. */
    Map<String, Figures> figures() {
        Map<String, Figures> figures = new TreeMap<>();
        byType.forEach((type, meters) -> figures.put(type, meters.figures()));
        return figures;
    }

    private OfType of(String type) {
        return byType.computeIfAbsent(type, OfType::new);
    }

    private final class OfType {

        private final String type;
        private final Timer waits;
        private final Timer runs;
        private final Map<String, Counter> ends = new ConcurrentHashMap<>();
        private final Map<String, Counter> deaths = new ConcurrentHashMap<>();

        OfType(String type) {
            this.type = type;
            this.waits = timer("throughline.jobs.wait", "From when a job was due to its start");
            this.runs = timer("throughline.jobs.run", "One run of a job");
        }

        private Timer timer(String name, String description) {
            return Timer.builder(name)
                    .description(description)
                    .tag("type", type)
                    .publishPercentiles(PERCENTILES)
                    .distributionStatisticExpiry(RECENT)
                    .distributionStatisticBufferLength(5)
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry);
        }

        void ended(String outcome) {
            ends.computeIfAbsent(
                            outcome, each -> registry.counter("throughline.jobs.ends", "type", type, "outcome", each))
                    .increment();
        }

        /** A handler may put anything into a code, and a metric has no room for that. */
        void died(String code) {
            Counter counter = deaths.get(code);
            if (counter == null) {
                synchronized (deaths) {
                    String counted = deaths.size() < CODES ? code : OTHER_CODE;
                    counter = deaths.computeIfAbsent(
                            counted, each -> registry.counter("throughline.jobs.deaths", "type", type, "code", each));
                }
            }
            counter.increment();
        }

        Figures figures() {
            Map<String, Long> byCode = new TreeMap<>();
            deaths.forEach((code, counter) -> byCode.put(code, (long) counter.count()));
            HistogramSnapshot waited = waits.takeSnapshot();
            HistogramSnapshot ran = runs.takeSnapshot();
            return new Figures(
                    waits.count(),
                    byCode.values().stream().mapToLong(Long::longValue).sum(),
                    byCode,
                    millis(waited, 0),
                    millis(waited, 1),
                    millis(ran, 0),
                    millis(ran, 1));
        }

        private static double millis(HistogramSnapshot snapshot, int percentile) {
            ValueAtPercentile[] values = snapshot.percentileValues();
            return Math.round(values[percentile].value(TimeUnit.MILLISECONDS) * 10) / 10.0;
        }
    }
}
