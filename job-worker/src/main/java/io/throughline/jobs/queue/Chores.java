package io.throughline.jobs.queue;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.throughline.platform.sql.Sql;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** Runs the chores of all features. */
@Singleton
class Chores {

    private static final Logger LOG = Logger.getLogger(Chores.class);
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final List<Chore> chores;
    private final Thread thread = Thread.ofPlatform().daemon().name("chores").unstarted(this::loop);

    Chores(@All List<Chore> chores) {
        this.chores = chores;
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    private void loop() {
        try {
            while (true) {
                Thread.sleep(EVERY);
                chores.forEach(this::attempt);
            }
        } catch (InterruptedException e) {
            LOG.debug("No more chores");
        }
    }

    private void attempt(Chore chore) {
        try {
            chore.run();
        } catch (RuntimeException e) {
            LOG.warnf("A chore waits for its next turn; reason=%s", e.getMessage());
        }
    }

    @PreDestroy
    void close() {
        thread.interrupt();
    }

    /**
     * Events are kept for a day and 100,000 rows. They go from the front of the order (xid, id), so that whoever still
     * finds the event it knows last finds all that follow it.
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
                    DELETE FROM job_event WHERE id IN (
                        SELECT job_event.id FROM job_event, (
                            SELECT xid, id FROM (
                                (SELECT xid, id FROM job_event ORDER BY xid DESC, id DESC OFFSET 100000 LIMIT 1)
                                UNION ALL
                                (SELECT xid, id FROM job_event WHERE created_at < now() - interval '24 hours'
                                 ORDER BY created_at DESC LIMIT 1)) AS ends
                            ORDER BY xid DESC, id DESC LIMIT 1) AS last
                        WHERE (job_event.xid, job_event.id) <= (last.xid, last.id)
                        ORDER BY job_event.xid, job_event.id LIMIT ? FOR UPDATE OF job_event)
                    """, BATCH);
        }
    }
}
