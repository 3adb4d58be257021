package io.throughline.jobs.queue;

import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Signals;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** SQL that tells of moved jobs, in the statement that moves them, and wakes those that wait for an end. */
@Singleton
class Announcement {

    private final Sql sql;
    private final Signals signals;

    Announcement(Sql sql, Signals signals) {
        this.sql = sql;
        this.signals = signals;
    }

    /**
     * Wraps a change of jobs so that each becomes a row of {@code job_event} and a {@code job.status.v1} event; answers
     * what {@code answer} selects from {@code changed}.
     *
     * @param change an {@code UPDATE job … RETURNING job, <event type> AS event, …}; a null event is not told
     */
    static String of(String change, String answer) {
        return of("", change, answer);
    }

    /** @param before queries that the change refers to, {@code name AS (…),} each */
    static String of(String before, String change, String answer) {
        return """
                WITH %s changed AS (
                %s
                ), told AS (
                    INSERT INTO job_event (tenant_id, job_id, type, job)
                    SELECT (job).tenant_id, (job).id, event, job_view(job) FROM changed WHERE event IS NOT NULL
                    RETURNING id, tenant_id, job_id, type, job
                ), published AS (
                    INSERT INTO outbox (topic, key, type, tenant_id, payload)
                    SELECT 'job.status.v1', job_id, 'io.throughline.job.status', tenant_id,
                           jsonb_build_object('eventId', id, 'type', type, 'job', job)
                    FROM told
                ), woken AS (
                    UPDATE job SET woken = true,
                           status = CASE WHEN worker_id IS NULL THEN 'pending' ELSE status END,
                           attempt = CASE WHEN worker_id IS NULL THEN greatest(attempt - 1, 0) ELSE attempt END,
                           lease_until = CASE WHEN worker_id IS NULL THEN NULL ELSE lease_until END,
                           run_at = CASE WHEN worker_id IS NULL THEN clock_timestamp() ELSE run_at END
                    WHERE status = 'processing'
                      AND id IN (SELECT (job).parent_id FROM changed WHERE (job).parent_id IS NOT NULL
                                 AND (job).status IN ('completed', 'failed', 'cancelled'))
                      AND id NOT IN (SELECT (job).id FROM changed)
                    RETURNING 1
                )
                SELECT %s, (SELECT count(*) FROM woken) > 0 AS woke FROM changed
                """.formatted(before, change, answer);
    }

    /**
     * Runs a statement made by {@link #of}, and signals what it did once it is committed.
     *
     * @param announcement whose answer has a column {@code due}: whether the job can be claimed now
     */
    <T> List<T> run(String announcement, Function<Row, T> mapper, Object... parameters) {
        AtomicBoolean due = new AtomicBoolean();
        List<T> answers = sql.list(
                announcement,
                row -> {
                    if (row.flag("due") || row.flag("woke")) {
                        due.set(true);
                    }
                    return mapper.apply(row);
                },
                parameters);
        if (!answers.isEmpty()) {
            signals.send("outbox", "");
            signals.send(Wakeups.CHANNEL, Wakeups.MOVED);
        }
        if (due.get()) {
            signals.send(Wakeups.CHANNEL, Wakeups.DUE);
        }
        return answers;
    }
}
