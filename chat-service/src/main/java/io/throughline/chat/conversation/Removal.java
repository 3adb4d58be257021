package io.throughline.chat.conversation;

import io.quarkus.runtime.Startup;
import io.throughline.chat.budget.Spending;
import io.throughline.chat.tool.ActionStore;
import io.throughline.platform.sql.Sql;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Removes what is expired or deleted, in batches of rows that are locked one after the other, so that no statement takes
 * long and several replicas share the work. Each step is one statement.
 */
@Startup
@Singleton
class Removal {

    private static final Logger LOG = Logger.getLogger(Removal.class);
    private static final Duration ACTIONS_KEPT = Duration.ofDays(1);
    private static final int DAYS_OF_SPENDING = 92;
    /** A bound on one round; what is left comes with the next. */
    private static final int MOST_BATCHES = 10_000;

    private final Sql sql;
    private final KeepingSettings settings;
    private final ActionStore actions;
    private final Spending spending;
    private final Clock clock;
    private final Semaphore wanted = new Semaphore(0);
    private volatile boolean closing;
    private Thread worker;

    Removal(Sql sql, KeepingSettings settings, ActionStore actions, Spending spending, Clock clock) {
        this.sql = sql;
        this.settings = settings;
        this.actions = actions;
        this.spending = spending;
        this.clock = clock;
    }

    @PostConstruct
    void start() {
        worker = Thread.ofVirtual().name("chat removal").start(this::loop);
    }

    /** Something was deleted just now. */
    void soon() {
        wanted.release();
    }

    private void loop() {
        while (!closing) {
            try {
                if (wanted.tryAcquire(settings.interval().toMillis(), TimeUnit.MILLISECONDS)) {
                    wanted.drainPermits();
                }
                runOnce();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!closing) {
                    LOG.warnf("Removal put off; reason=%s", e.getMessage());
                }
            }
        }
    }

    /** Until nothing is left that is to go. Rows that another replica holds are its own. */
    void runOnce() {
        for (int batch = 0; batch < MOST_BATCHES && !closing && step() > 0; batch++) {
            LOG.tracef("Batch removed; number=%d", batch);
        }
    }

    private int step() {
        return expire()
                + removeMessages()
                + removeConversations()
                + actions.remove(ACTIONS_KEPT, settings.batch())
                + spending.removeBefore(
                        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(DAYS_OF_SPENDING),
                        settings.batch());
    }

    private int expire() {
        return sql.update("""
                UPDATE conversation SET deleted_at = clock_timestamp()
                WHERE (tenant_id, user_id, id) IN (
                    SELECT tenant_id, user_id, id FROM conversation
                    WHERE deleted_at IS NULL AND updated_at < clock_timestamp() - ? * interval '1 second'
                    ORDER BY updated_at LIMIT ? FOR UPDATE SKIP LOCKED)
                """, settings.expiry().toSeconds(), settings.batch());
    }

    private int removeMessages() {
        return sql.update("""
                WITH gone AS MATERIALIZED (
                    SELECT tenant_id, user_id, id FROM conversation
                    WHERE deleted_at IS NOT NULL ORDER BY deleted_at LIMIT 50 FOR UPDATE SKIP LOCKED)
                DELETE FROM message
                WHERE (tenant_id, user_id, conversation_id, position) IN (
                    SELECT batch.tenant_id, batch.user_id, batch.conversation_id, batch.position
                    FROM gone CROSS JOIN LATERAL (
                        SELECT tenant_id, user_id, conversation_id, position FROM message
                        WHERE tenant_id = gone.tenant_id AND user_id = gone.user_id AND conversation_id = gone.id
                        LIMIT ?) AS batch
                    LIMIT ?)
                """, settings.batch(), settings.batch());
    }

    private int removeConversations() {
        return sql.update("""
                DELETE FROM conversation
                WHERE (tenant_id, user_id, id) IN (
                    SELECT tenant_id, user_id, id FROM conversation
                    WHERE deleted_at IS NOT NULL
                      AND NOT EXISTS (SELECT FROM message
                                      WHERE message.tenant_id = conversation.tenant_id
                                        AND message.user_id = conversation.user_id
                                        AND message.conversation_id = conversation.id)
                    ORDER BY deleted_at LIMIT ? FOR UPDATE SKIP LOCKED)
                """, settings.batch());
    }

    @PreDestroy
    void close() {
        closing = true;
        worker.interrupt();
    }
}
