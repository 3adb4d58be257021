package io.throughline.analytics.ingest;

import io.quarkus.runtime.Startup;
import io.throughline.platform.sql.Sql;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The partitions of {@code engagement_event}, one per UTC day of arrival: made a week ahead, dropped when older than
 * {@code throughline.analytics.events-kept-days}. Looked after at start and each hour, by one replica at a time. Figures
 * outlive the events behind them.
 */
@Startup
@Singleton
class EventPartitions {

    private static final Logger LOG = Logger.getLogger(EventPartitions.class);
    private static final int DAYS_AHEAD = 7;
    /** Whoever makes or drops partitions holds it. */
    private static final long PARTITIONS = 7_120_002L;

    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;
    private static final String PREFIX = "engagement_event_";

    private final Sql sql;
    private final Clock clock;
    private final int keptDays;
    private final Set<LocalDate> known = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService hourly = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("event-partitions").factory());

    EventPartitions(
            Sql sql,
            Clock clock,
            @ConfigProperty(name = "throughline.analytics.events-kept-days", defaultValue = "400") int keptDays) {
        this.sql = sql;
        this.clock = clock;
        this.keptDays = keptDays;
    }

    @PostConstruct
    void begin() {
        hourly.scheduleWithFixedDelay(this::maintain, 0, 60, TimeUnit.MINUTES);
    }

    @PreDestroy
    void end() {
        hourly.shutdownNow();
    }

    private void maintain() {
        try {
            LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
            for (int day = 0; day <= DAYS_AHEAD; day++) {
                ensure(today.plusDays(day));
            }
            dropBefore(today.minusDays(keptDays));
        } catch (RuntimeException failed) {
            LOG.warnf("Partitions are looked after again in an hour; reason=%s", failed.getMessage());
        }
    }

    /** Makes the day's partition unless it is there. In a transaction of its own, so that nobody waits for the caller's. */
    void ensure(LocalDate day) {
        if (known.contains(day)) {
            return;
        }
        sql.inNewTransaction(() -> {
            alone();
            String name = PREFIX + DAY.format(day);
            if (!sql.one("SELECT to_regclass(?) IS NOT NULL AS there", row -> row.flag("there"), name)) {
                sql.update(
                        "CREATE TABLE " + name + " (LIKE engagement_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)");
                sql.update(
                        "ALTER TABLE engagement_event ATTACH PARTITION %s FOR VALUES FROM ('%s 00:00Z') TO ('%s 00:00Z')"
                                .formatted(name, day, day.plusDays(1)));
            }
        });
        known.add(day);
    }

    /** The lock that a drop needs waits at most the lock time-out, so counting does not wait longer behind it. */
    void dropBefore(LocalDate day) {
        for (String name : names()) {
            LocalDate of = LocalDate.parse(name.substring(PREFIX.length()), DAY);
            if (of.isBefore(day)) {
                sql.inNewTransaction(() -> {
                    alone();
                    sql.update("DROP TABLE IF EXISTS " + name);
                    sql.update("""
                            INSERT INTO event_log_gap (dropped_before) VALUES (?)
                            ON CONFLICT (one) DO UPDATE
                                SET dropped_before = greatest(event_log_gap.dropped_before, excluded.dropped_before)
                            """, of.plusDays(1));
                });
                known.remove(of);
                LOG.infof("Events dropped by age; partition=%s", name);
            }
        }
    }

    List<String> names() {
        return sql.list("""
                SELECT child.relname AS name
                FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
                WHERE inhparent = 'engagement_event'::regclass ORDER BY 1
                """, row -> row.text("name"));
    }

    private void alone() {
        sql.list("SELECT pg_advisory_xact_lock(?)::text AS held", row -> row.text("held"), PARTITIONS);
    }
}
