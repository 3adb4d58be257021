package io.throughline.analytics.ingest;

import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Counts the whole log again into tables beside the live ones, which go on meanwhile, then puts them in their place. The
 * end result is the same to the byte, unless a figure was wrong.
 *
 * <p>Ids are given before the transaction that counts commits. So a bound up to which the log is complete is taken while
 * nobody counts, for a moment; what came behind it is caught up with, the last bit while the others wait.
 */
@Singleton
class Rebuild {

    private static final Logger LOG = Logger.getLogger(Rebuild.class);
    private static final List<String> TABLES = List.of("enrollment_memory", "counted_event", "tally", "daily_tally");
    private static final long CHUNK = 10_000;
    /** As much as others may be kept waiting for at the end. */
    private static final long LAST_CHUNK = 5_000;

    private final Sql sql;
    private final EngagementStore store;
    private final EventLog log;
    private volatile boolean closed;

    Rebuild(Sql sql, EngagementStore store, EventLog log) {
        this.sql = sql;
        this.store = store;
        this.log = log;
    }

    /**
     * @param state {@code running, completed, failed}
     * @param events counted anew so far
     * @param failure why it failed, or null
     */
    record Status(String state, Instant startedAt, Instant endedAt, long events, String failure) {}

    Optional<Status> status() {
        return sql.first(
                "SELECT state, started_at, ended_at, events, failure FROM rebuild",
                row -> new Status(
                        row.text("state"),
                        row.instant("started_at"),
                        row.instant("ended_at"),
                        row.number("events"),
                        row.text("failure")));
    }

    /** Begins one on a thread of its own. @throws Problem conflict, when one runs or the log has a gap */
    void begin() {
        sql.first("SELECT dropped_before FROM event_log_gap", row -> row.date("dropped_before"))
                .ifPresent(Rebuild::refuse);
        int begun = sql.update("""
                INSERT INTO rebuild (state, started_at, alive_until, events)
                VALUES ('running', now(), now() + interval '1 minute', 0)
                ON CONFLICT (one) DO UPDATE
                    SET state = 'running', started_at = now(), ended_at = NULL, failure = NULL, events = 0,
                        alive_until = now() + interval '1 minute'
                    WHERE rebuild.state <> 'running' OR rebuild.alive_until < now()
                """);
        if (begun == 0) {
            throw new Problem(CommonErrors.CONFLICT, "A rebuild runs already.");
        }
        Thread.ofVirtual().name("rebuild").start(this::runAndTell);
    }

    private static void refuse(LocalDate droppedBefore) {
        throw new Problem(
                CommonErrors.CONFLICT,
                "Events that arrived before " + droppedBefore
                        + " have been dropped by age. Counting without them would lose figures.");
    }

    private void runAndTell() {
        try {
            run();
            sql.update("UPDATE rebuild SET state = 'completed', ended_at = now()");
            LOG.info("Figures rebuilt");
        } catch (RuntimeException failed) {
            LOG.error("Rebuild failed; the live figures are untouched", failed);
            sql.update("UPDATE rebuild SET state = 'failed', ended_at = now(), failure = ?", failed.getMessage());
        }
    }

    void run() {
        sql.inTransaction(this::createShadows);
        long done = 0;
        long bound = completeUpTo();
        while (bound - done > LAST_CHUNK) {
            for (; done < bound; done = Math.min(done + CHUNK, bound)) {
                long from = done;
                long to = Math.min(done + CHUNK, bound);
                sql.inTransaction(() -> count(from, to));
            }
            bound = completeUpTo();
        }
        long from = done;
        sql.inTransaction(() -> {
            alone();
            count(from, log.last());
            swap();
        });
    }

    private void createShadows() {
        for (String table : TABLES) {
            sql.update("DROP TABLE IF EXISTS shadow_" + table);
            String options = sql.one(
                    "SELECT coalesce(array_to_string(reloptions, ', '), '') AS options FROM pg_class WHERE oid = ?::regclass",
                    row -> row.text("options"),
                    table);
            sql.update("CREATE TABLE shadow_%1$s (LIKE %1$s INCLUDING ALL)%2$s"
                    .formatted(table, options.isEmpty() ? "" : " WITH (" + options + ")"));
        }
    }

    /** An id up to which every event that will ever be in the log is in it. */
    private long completeUpTo() {
        return sql.inTransaction(() -> {
            alone();
            return log.last();
        });
    }

    private void alone() {
        sql.list("SELECT pg_advisory_xact_lock(?)::text AS held", row -> row.text("held"), EngagementStore.COUNTING);
    }

    private void count(long after, long upTo) {
        if (closed) {
            throw new IllegalStateException("the service was stopped");
        }
        List<Engagement> events = log.between(after, upTo);
        if (!events.isEmpty()) {
            store.count(events, FigureTables.SHADOW);
        }
        sql.update("UPDATE rebuild SET events = events + ?, alive_until = now() + interval '1 minute'", events.size());
    }

    private void swap() {
        for (String table : TABLES) {
            sql.update("DROP TABLE " + table);
            sql.update("ALTER TABLE shadow_%1$s RENAME TO %1$s".formatted(table));
            sql.update("ALTER INDEX shadow_%1$s_pkey RENAME TO %1$s_pkey".formatted(table));
        }
        // Reports that were cached may hold what was wrong.
        sql.update("UPDATE instance_version SET version = version + 1");
    }

    @PreDestroy
    void close() {
        closed = true;
    }
}
