package io.throughline.jobs.queue;

/** SQL that tells of moved jobs, in the statement that moves them, and wakes those that wait for an end. */
final class Announcement {

    private Announcement() {}

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
                    RETURNING pg_notify('jobs_' || current_schema(), '') AS notified
                )
                SELECT %s, (SELECT count(notified::text) FROM woken), (SELECT pg_notify('outbox_' || current_schema(), '')),
                       (SELECT pg_notify('jobs_' || current_schema(), 'moved')) FROM changed
                """.formatted(before, change, answer);
    }
}
