package io.throughline.jobs.queue;

import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Jobs as workers see them. Every method is one statement however many jobs it moves; times are the database's. What is
 * written for a {@link Claim} takes effect only while its worker and fence are still those of the row.
 */
@Singleton
class Leases {

    static final int CRASHES_TO_DEATH = 3;

    private final Sql sql;

    Leases(Sql sql) {
        this.sql = sql;
    }

    /** A job that is ours for a while. @param fence tells this claim from every other of the same job */
    record Claim(
            UUID jobId,
            UUID tenantId,
            UUID userId,
            String type,
            int attempt,
            int maxAttempts,
            long fence,
            Duration timeLimit,
            Duration waited,
            String parameters,
            String checkpoint,
            String traceParent) {}

    /** Not told of: most jobs end before anybody could read it. Whoever runs it tells with the first progress. */
    private static final String CLAIM = """
            WITH due AS MATERIALIZED (
                SELECT next.id FROM unnest(?, ?) AS wanted(type, free) CROSS JOIN LATERAL (
                    SELECT id FROM job
                    WHERE job.type = wanted.type AND status = 'pending'
                      AND sort_at <= clock_timestamp() AND run_at <= clock_timestamp()
                    ORDER BY sort_at, id LIMIT wanted.free FOR UPDATE SKIP LOCKED) AS next
            )
            UPDATE job SET status = 'processing', woken = false, attempt = attempt + 1, crashes = crashes + 1, fence = fence + 1,
                   worker_id = ?, lease_until = clock_timestamp() + ? * interval '1 millisecond',
                   started_at = coalesce(started_at, clock_timestamp())
            FROM due WHERE job.id = due.id
            RETURNING job.id, tenant_id, user_id, type, attempt, max_attempts, fence, time_limit_ms,
                      (extract(epoch FROM clock_timestamp() - run_at) * 1000)::bigint AS waited_ms,
                      parameters::text AS parameters, checkpoint::text AS checkpoint, trace_parent
            """;

    /** The most urgent due jobs, at most {@code free} of each type. */
    List<Claim> claim(String workerId, Map<String, Integer> free, Duration lease) {
        List<String> types = List.copyOf(free.keySet());
        return sql.list(
                CLAIM,
                row -> new Claim(
                        row.uuid("id"),
                        row.uuid("tenant_id"),
                        row.uuid("user_id"),
                        row.text("type"),
                        row.integer("attempt"),
                        row.integer("max_attempts"),
                        row.number("fence"),
                        row.number("time_limit_ms") == 0 ? null : Duration.ofMillis(row.number("time_limit_ms")),
                        Duration.ofMillis(row.number("waited_ms")),
                        row.text("parameters"),
                        row.text("checkpoint"),
                        row.text("trace_parent")),
                Sql.array("text", types),
                Sql.column("integer", types, free::get),
                workerId,
                lease.toMillis());
    }

    /** Extends the leases and answers the fences-by-job that still hold; the others have been taken away. */
    Set<UUID> extend(String workerId, Collection<Claim> claims, Duration lease) {
        return new HashSet<>(sql.list(
                """
                UPDATE job SET lease_until = clock_timestamp() + ? * interval '1 millisecond'
                FROM unnest(?, ?) AS held(id, fence)
                WHERE job.id = held.id AND job.fence = held.fence AND job.worker_id = ? AND job.status = 'processing'
                RETURNING job.id
                """,
                row -> row.uuid("id"),
                lease.toMillis(),
                Sql.column("uuid", claims, Claim::jobId),
                Sql.column("bigint", claims, Claim::fence),
                workerId));
    }

    /** How far a running job is; nulls: as before. */
    record Progress(Claim claim, Long done, Long total) {}

    private static final String PROGRESS = Announcement.of("""
            UPDATE job SET progress_done = coalesce(now.done, progress_done),
                           progress_total = coalesce(now.total, progress_total)
            FROM unnest(?, ?, ?, ?) AS now(id, fence, done, total)
            WHERE job.id = now.id AND job.fence = now.fence AND job.worker_id = ? AND job.status = 'processing'
            RETURNING job, 'job.progress' AS event
            """, "(job).id");

    void progress(String workerId, Collection<Progress> progress) {
        sql.list(
                PROGRESS,
                row -> true,
                Sql.column("uuid", progress, each -> each.claim().jobId()),
                Sql.column("bigint", progress, each -> each.claim().fence()),
                Sql.column("bigint", progress, Progress::done),
                Sql.column("bigint", progress, Progress::total),
                workerId);
    }

    /** Keeps where a run has got to; a worker's death after that is no longer held against the job. */
    boolean checkpoint(String workerId, Claim claim, String checkpoint) {
        return sql.update("""
                        UPDATE job SET checkpoint = ?::jsonb, crashes = 0
                        WHERE id = ? AND fence = ? AND worker_id = ? AND status = 'processing'
                        """, checkpoint, claim.jobId(), claim.fence(), workerId) == 1;
    }

    /** Locks the job for the transaction at hand, if the claim still holds. */
    boolean holds(String workerId, Claim claim) {
        return !sql.list(
                        "SELECT 1 FROM job WHERE id = ? AND fence = ? AND worker_id = ? AND status = 'processing' FOR UPDATE",
                        row -> true,
                        claim.jobId(),
                        claim.fence(),
                        workerId)
                .isEmpty();
    }

    /**
     * Lets the job wait without a worker for somebody else's event; run again when that takes too long, or at once when a
     * child ended during this run.
     */
    boolean detach(String workerId, Claim claim, Duration atMost) {
        return !sql.list("""
                        UPDATE job SET worker_id = NULL, crashes = 0,
                               status = CASE WHEN woken THEN 'pending' ELSE status END,
                               attempt = CASE WHEN woken THEN attempt - 1 ELSE attempt END,
                               run_at = CASE WHEN woken THEN clock_timestamp() ELSE run_at END,
                               lease_until = CASE WHEN NOT woken
                                                  THEN clock_timestamp() + ? * interval '1 millisecond' END
                        WHERE id = ? AND fence = ? AND worker_id = ? AND status = 'processing'
                        RETURNING CASE WHEN woken THEN pg_notify('jobs_' || current_schema(), '') END
                        """, row -> true, atMost.toMillis(), claim.jobId(), claim.fence(), workerId)
                .isEmpty();
    }

    /**
     * How a run ended.
     *
     * @param status completed, failed or (to be run again) pending
     * @param delay before it runs again
     * @param counted whether the attempt counts; not when the job is handed back unfinished
     */
    record Ending(
            Claim claim,
            JobStatus status,
            String result,
            String errorCode,
            String errorMessage,
            Duration delay,
            boolean counted,
            Long done,
            Long total) {}

    private static final String END = Announcement.of("""
            UPDATE job SET status = ended.status, worker_id = NULL, lease_until = NULL,
                   attempt = CASE WHEN counted THEN attempt ELSE attempt - 1 END,
                   crashes = CASE WHEN counted THEN 0 ELSE greatest(crashes - 1, 0) END,
                   run_at = CASE WHEN ended.status = 'pending' AND counted
                                 THEN clock_timestamp() + delay * interval '1 millisecond' ELSE run_at END,
                   sort_at = CASE WHEN ended.status = 'pending' AND counted
                                  THEN clock_timestamp() + delay * interval '1 millisecond'
                                       - priority * interval '5 minutes' ELSE sort_at END,
                   result = ended.result::jsonb, error_code = code, error_message = message,
                   progress_done = coalesce(ended.done, progress_done),
                   progress_total = coalesce(ended.total, progress_total),
                   completed_at = CASE WHEN ended.status <> 'pending' THEN clock_timestamp() END
            FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 AS ended(id, fence, status, result, code, message, delay, counted, done, total)
            WHERE job.id = ended.id AND job.fence = ended.fence AND job.worker_id = ? AND job.status = 'processing'
            RETURNING job, CASE job.status WHEN 'completed' THEN 'job.completed' WHEN 'failed' THEN 'job.failed'
                                           ELSE 'job.progress' END AS event
            """, """
            (job).id, CASE WHEN (job).status = 'pending' AND (job).run_at <= clock_timestamp()
                           THEN pg_notify('jobs_' || current_schema(), '') END
            """);

    /** Answers the jobs whose end was recorded; a claim that no longer holds changes nothing. */
    Set<UUID> end(String workerId, Collection<Ending> endings) {
        return new HashSet<>(sql.list(
                END,
                row -> row.uuid("id"),
                Sql.column("uuid", endings, ending -> ending.claim().jobId()),
                Sql.column("bigint", endings, ending -> ending.claim().fence()),
                Sql.column("text", endings, ending -> ending.status().wire()),
                Sql.column("text", endings, Ending::result),
                Sql.column("text", endings, Ending::errorCode),
                Sql.column("text", endings, Ending::errorMessage),
                Sql.column("bigint", endings, ending -> ending.delay().toMillis()),
                Sql.column("boolean", endings, Ending::counted),
                Sql.column("bigint", endings, Ending::done),
                Sql.column("bigint", endings, Ending::total),
                workerId));
    }

    private static final String RESCUE = Announcement.of("""
            UPDATE job SET
                   status = CASE WHEN dies THEN 'failed' ELSE 'pending' END,
                   attempt = CASE WHEN forgiven THEN greatest(attempt - 1, 0) ELSE attempt END,
                   error_code = CASE WHEN dies THEN 'worker_died' ELSE error_code END,
                   error_message = CASE WHEN dies THEN 'Its worker died ' || crashes || ' times in a row, attempt '
                                        || attempt || ' of ' || max_attempts || '.' ELSE error_message END,
                   completed_at = CASE WHEN dies THEN clock_timestamp() END,
                   worker_id = NULL, lease_until = NULL
            FROM (SELECT id, crashes = 0 AS forgiven,
                         crashes > 0 AND (crashes >= ? OR attempt >= max_attempts) AS dies
                  FROM job WHERE status = 'processing' AND lease_until < clock_timestamp()
                  ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED) AS lost
            WHERE job.id = lost.id
            RETURNING job, CASE job.status WHEN 'failed' THEN 'job.failed' ELSE 'job.progress' END AS event
            """, """
            (job).id, CASE WHEN (job).status = 'pending' AND (job).run_at <= clock_timestamp()
                           THEN pg_notify('jobs_' || current_schema(), '') END
            """);

    /** Takes jobs from workers that stopped extending their leases, whoever they were. How many. */
    int rescue() {
        return sql.list(RESCUE, row -> true, CRASHES_TO_DEATH).size();
    }
}
