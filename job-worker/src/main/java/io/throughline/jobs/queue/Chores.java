package io.throughline.jobs.queue;

import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** The queue's own chores. */
final class Chores {

    private static final Logger LOG = Logger.getLogger(Chores.class);

    private Chores() {}

    /**
     * Events are kept for a day, 100,000 at most, and until they are published. They go from the front of the order (xid, id),
     * so that whoever still finds the event it knows last finds all that follow it.
     */
    @Singleton
    static class OldEvents implements Chore {

        private static final int BATCH = 10_000;
        private static final int BATCHES = 20;

        private final Sql sql;

        OldEvents(Sql sql) {
            this.sql = sql;
        }

        @Override
        public void run() {
            for (int batch = 0; batch < BATCHES && removeBatch() == BATCH; batch++) {
                LOG.debug("More old events than one batch");
            }
        }

        private int removeBatch() {
            return sql.update("""
                    DELETE FROM job_event_batch USING (
                        SELECT oldest.xid, oldest.id FROM (
                            SELECT xid, id, events, created_at FROM job_event_batch ORDER BY xid, id LIMIT ?) AS oldest
                        WHERE (xid, id + events - 1) <= (SELECT xid, id FROM job_event_published)
                          AND (created_at < clock_timestamp() - interval '24 hours'
                               OR (xid, id) <= (
                                   SELECT xid, id FROM (
                                       SELECT xid, id, sum(events) OVER (ORDER BY xid DESC, id DESC) - events AS younger
                                       FROM job_event_batch) AS batch
                                   WHERE younger >= 100000 ORDER BY xid DESC, id DESC LIMIT 1))) AS old
                    WHERE job_event_batch.id = old.id
                    """, BATCH);
        }
    }

    /** Jobs that have ended, once they are old and a day has passed since their end. */
    @Singleton
    static class OldJobs implements Chore {

        private static final int BATCH = 5_000;
        private static final int BATCHES = 20;

        private final Sql sql;
        private final WorkerSettings settings;

        OldJobs(Sql sql, WorkerSettings settings) {
            this.sql = sql;
            this.settings = settings;
        }

        @Override
        public void run() {
            for (int batch = 0; batch < BATCHES && removeBatch() == BATCH; batch++) {
                LOG.debug("More old jobs than one batch");
            }
        }

        private int removeBatch() {
            return sql.update("""
                    DELETE FROM job WHERE id IN (
                        SELECT id FROM job
                        WHERE created_at < clock_timestamp() - ? * interval '1 millisecond'
                          AND completed_at < clock_timestamp() - interval '1 day' -- its events are shown with it
                        LIMIT ? FOR UPDATE SKIP LOCKED)
                    """, settings.keptFor().toMillis(), BATCH);
        }
    }

    /**
     * The planner's figures, an hour old at most: autovacuum waits for a share of the rows to change, and a table of
     * many finished jobs and few waiting ones misleads it long before. A sample, however large the table.
     */
    @Singleton
    static class OldFigures implements Chore {

        private final Sql sql;

        OldFigures(Sql sql) {
            this.sql = sql;
        }

        @Override
        public void run() {
            sql.list("""
                            SELECT relname FROM pg_stat_user_tables
                            WHERE schemaname = current_schema() AND relname IN ('job', 'job_event_batch', 'job_lease')
                              AND coalesce(greatest(last_analyze, last_autoanalyze), '-infinity')
                                  < clock_timestamp() - interval '1 hour'
                            """, row -> row.text("relname")).forEach(table -> sql.update("ANALYZE " + table));
        }
    }
}
