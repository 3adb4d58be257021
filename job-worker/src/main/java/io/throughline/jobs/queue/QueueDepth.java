package io.throughline.jobs.queue;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.throughline.platform.sql.Sql;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jboss.logging.Logger;

/**
 * What waits and runs in all replicas, by type. Asked once in five seconds whoever wants to know, and only of the small
 * index of unfinished jobs and of leases; more than 100,000 of a type are not counted.
 */
@Singleton
class QueueDepth {

    static final Duration KEPT = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(QueueDepth.class);

    /** The types are found by hopping along the index, one probe for each. */
    static final String DEPTHS = """
            WITH RECURSIVE unfinished (type) AS (
                (SELECT type FROM job WHERE completed_at IS NULL ORDER BY type LIMIT 1)
                UNION ALL
                SELECT (SELECT job.type FROM job WHERE completed_at IS NULL AND job.type > unfinished.type
                        ORDER BY job.type LIMIT 1)
                FROM unfinished WHERE type IS NOT NULL
            )
            SELECT type, pending, due, processing, coalesce(age, 0)::bigint AS age
            FROM unfinished CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE waits) AS pending, count(*) FILTER (WHERE NOT waits) AS processing,
                       count(*) FILTER (WHERE waits AND run_at <= now()) AS due,
                       extract(epoch FROM now() - min(run_at) FILTER (WHERE waits AND run_at <= now())) AS age
                FROM (SELECT run_at,
                             status = 'pending' AND NOT EXISTS (SELECT FROM job_lease WHERE job_id = job.id) AS waits
                      FROM job WHERE completed_at IS NULL AND job.type = unfinished.type LIMIT 100000) AS counted) AS of_type
            WHERE type IS NOT NULL
            """;

    private final Sql sql;
    private final Clock clock;
    private Map<String, Depth> last = Map.of();
    private RuntimeException failure;
    private Instant asked = Instant.MIN;

    QueueDepth(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    record Depth(String type, long pending, long due, long processing, long oldestAgeSeconds) {

        private static final Depth NONE = new Depth("", 0, 0, 0, 0);
    }

    /** By type. At most five seconds old while the database answers. */
    synchronized Map<String, Depth> byType() {
        Instant now = clock.instant();
        if (asked.isBefore(now.minus(KEPT)) || asked.isAfter(now)) {
            asked = now;
            ask();
        }
        if (failure != null) {
            throw failure;
        }
        return last;
    }

    /** A database that does not answer is not asked again by each of the figures in turn, either. */
    private void ask() {
        try {
            last = read();
            failure = null;
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private Map<String, Depth> read() {
        Map<String, Depth> depths = new TreeMap<>();
        sql.each(
                DEPTHS,
                row -> depths.put(
                        row.text("type"),
                        new Depth(
                                row.text("type"),
                                row.number("pending"),
                                row.number("due"),
                                row.number("processing"),
                                row.number("age"))));
        return depths;
    }

    void register(@Observes StartupEvent event, MeterRegistry registry, @All List<JobType<?>> types) {
        for (JobType<?> type : types) {
            gauge(registry, "throughline.jobs.pending", type.name(), null, Depth::pending);
            gauge(registry, "throughline.jobs.due", type.name(), null, Depth::due);
            gauge(registry, "throughline.jobs.processing", type.name(), null, Depth::processing);
            gauge(registry, "throughline.jobs.oldest.due.age", type.name(), "seconds", Depth::oldestAgeSeconds);
        }
    }

    private void gauge(MeterRegistry registry, String name, String type, String unit, ToLongFunction<Depth> figure) {
        Gauge.builder(name, () -> figure(type, figure))
                .tag("type", type)
                .baseUnit(unit)
                .strongReference(true)
                .register(registry);
    }

    /** Not a number while the database does not answer. */
    private double figure(String type, ToLongFunction<Depth> figure) {
        try {
            return figure.applyAsLong(byType().getOrDefault(type, Depth.NONE));
        } catch (RuntimeException e) {
            LOG.debugf("The queue could not be counted; reason=%s", e.getMessage());
            return Double.NaN;
        }
    }
}
