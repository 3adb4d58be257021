package io.throughline.jobs.queue;

import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Jobs as those see them who ask for them. Each method is one statement; {@link #enqueue} is two when it wakes a worker,
 * {@link #cancel} two.
 */
@Singleton
public class JobStore {

    private static final String ENQUEUE = """
            INSERT INTO job (id, tenant_id, user_id, type, parameters, priority, run_at, sort_at, unique_key, max_attempts,
                             time_limit_ms, parent_id, trace_parent)
            SELECT id, tenant_id, user_id, type, parameters::jsonb, priority, due,
                   due - priority * interval '5 minutes', unique_key, max_attempts, time_limit_ms, parent_id, ?
            FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY
                 AS wanted(id, tenant_id, user_id, type, parameters, priority, run_at, unique_key, max_attempts,
                           time_limit_ms, parent_id, place),
                 LATERAL (SELECT coalesce(run_at, clock_timestamp()) AS due) AS start
            ORDER BY place
            ON CONFLICT DO NOTHING
            RETURNING id
            """;

    /** With the jobs it waits for. They are locked before it is: their ends lock them in this order, too. */
    private static final String CANCEL = Announcement.of(
            """
            RECURSIVE family AS (
                SELECT id, 0 AS depth FROM job WHERE id = ? AND tenant_id = ? AND status IN ('pending', 'processing')
                UNION ALL
                SELECT job.id, depth + 1 FROM job JOIN family ON job.parent_id = family.id
                WHERE status IN ('pending', 'processing') AND depth < 10
            ), held AS MATERIALIZED (
                SELECT job.id, depth FROM job JOIN family USING (id)
                WHERE status IN ('pending', 'processing') ORDER BY depth DESC, job.id FOR UPDATE OF job
            ),
            """, """
            UPDATE job SET status = 'cancelled', woken = false, completed_at = clock_timestamp(),
                   worker_id = NULL, lease_until = NULL
            FROM held WHERE job.id = held.id
            RETURNING job, 'job.failed' AS event, depth
            """, "depth, job_view(job)::text AS view, pg_notify('jobs_' || current_schema(), 'cancelled')");

    private static final String RETRY =
            Announcement.of("""
            UPDATE job SET status = 'pending', woken = false, attempt = 0, crashes = 0, run_at = clock_timestamp(),
                   sort_at = clock_timestamp() - priority * interval '5 minutes',
                   result = NULL, error_code = NULL, error_message = NULL, completed_at = NULL
            WHERE id = ? AND tenant_id = ? AND status IN ('failed', 'cancelled')
            RETURNING job, 'job.progress' AS event
            """, "job_view(job)::text AS view, pg_notify('jobs_' || current_schema(), '')");

    private static final String ADVANCE = Announcement.of("""
            UPDATE job SET progress_done = now.done, progress_total = now.total
            FROM unnest(?, ?, ?) AS now(id, done, total)
            WHERE job.id = now.id AND job.status = 'processing'
            RETURNING job, 'job.progress' AS event
            """, "(job).id");

    private static final String COMPLETE = Announcement.of("""
            UPDATE job SET status = 'completed', result = ended.result::jsonb, completed_at = clock_timestamp(),
                   progress_done = ended.total, progress_total = ended.total,
                   error_code = NULL, error_message = NULL, worker_id = NULL, lease_until = NULL
            FROM unnest(?, ?, ?) AS ended(id, result, total)
            WHERE job.id = ended.id AND job.status IN ('pending', 'processing')
            RETURNING job, 'job.completed' AS event
            """, "(job).id");

    private final Sql sql;
    private final Json json;

    JobStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /** The unfinished job with the same unique key, if there is one, else the new one, before a worker can take it. */
    public JobView enqueue(NewJob job) {
        while (true) {
            Optional<JobView> there = sql.inTransaction(() -> {
                enqueueAll(List.of(job));
                return sql.first("""
                        SELECT job_view(job)::text AS view FROM job
                        WHERE tenant_id = ?
                          AND (id = ? OR type = ? AND unique_key = ? AND status IN ('pending', 'processing'))
                        ORDER BY id = ? DESC LIMIT 1
                        """, this::view, job.tenantId(), job.id(), job.type(), job.uniqueKey(), job.id());
            });
            if (there.isPresent()) {
                return there.get();
            }
        }
    }

    /** The ids that are new. Those known already, and those whose unique key is taken, are left out. */
    public Set<UUID> enqueueAll(List<NewJob> jobs) {
        return sql.inTransaction(() -> {
            Set<UUID> fresh = new HashSet<>(sql.list(
                    ENQUEUE,
                    row -> row.uuid("id"),
                    TraceParent.current(),
                    Sql.column("uuid", jobs, NewJob::id),
                    Sql.column("uuid", jobs, NewJob::tenantId),
                    Sql.column("uuid", jobs, NewJob::userId),
                    Sql.column("text", jobs, NewJob::type),
                    Sql.column("text", jobs, job -> json.text(job.parameters())),
                    Sql.column("integer", jobs, job -> job.priority().ordinal()),
                    Sql.column("timestamptz", jobs, NewJob::runAt),
                    Sql.column("text", jobs, NewJob::uniqueKey),
                    Sql.column("integer", jobs, NewJob::maxAttempts),
                    Sql.column(
                            "bigint",
                            jobs,
                            job -> job.timeLimit() == null
                                    ? null
                                    : job.timeLimit().toMillis()),
                    Sql.column("uuid", jobs, NewJob::parentId)));
            if (!fresh.isEmpty()) {
                sql.list("SELECT pg_notify('jobs_' || current_schema(), '')", row -> true);
            }
            return fresh;
        });
    }

    public Optional<JobView> find(UUID tenantId, UUID id) {
        return sql.first(
                "SELECT job_view(job)::text AS view FROM job WHERE tenant_id = ? AND id = ?", this::view, tenantId, id);
    }

    /** Those of the tenant's jobs that exist, in no order. */
    public List<JobView> findAll(UUID tenantId, Collection<UUID> ids) {
        return sql.list(
                "SELECT job_view(job)::text AS view FROM job WHERE tenant_id = ? AND id = ANY (?)",
                this::view,
                tenantId,
                Sql.array("uuid", ids));
    }

    /**
     * At once and for good, also while it runs: the worker finds its lease gone. The jobs it waits for, too. Empty: nothing
     * to cancel.
     */
    public Optional<JobView> cancel(UUID tenantId, UUID id) {
        Optional<JobView> cancelled =
                sql.list(CANCEL, row -> Map.entry(row.integer("depth"), view(row)), id, tenantId).stream()
                        .filter(each -> each.getKey() == 0)
                        .map(Map.Entry::getValue)
                        .findFirst();
        if (cancelled.isPresent()) {
            childrenBegunMeanwhile(id).forEach(child -> cancel(tenantId, child));
        }
        return cancelled;
    }

    /** A run of the parent that held it just before may have put in more than the cancellation could see. */
    private List<UUID> childrenBegunMeanwhile(UUID parent) {
        return sql.list(
                "SELECT id FROM job WHERE parent_id = ? AND status IN ('pending', 'processing')",
                row -> row.uuid("id"),
                parent);
    }

    /** From the last checkpoint, with all attempts. Empty: it did not fail and was not cancelled. */
    public Optional<JobView> retry(UUID tenantId, UUID id) {
        return sql.first(RETRY, this::view, id, tenantId);
    }

    /** A detached job's end. @param total what its progress ends at */
    public record Ending(UUID jobId, Object result, long total) {}

    /** For the transaction of whoever knows that detached jobs are done. */
    public void complete(List<Ending> endings) {
        if (!endings.isEmpty()) {
            sql.list(
                    COMPLETE,
                    row -> true,
                    Sql.column("uuid", endings, Ending::jobId),
                    Sql.column("text", endings, ending -> json.text(ending.result())),
                    Sql.column("bigint", endings, Ending::total));
        }
    }

    /** How far a job is whose work is done elsewhere. */
    public record Step(UUID jobId, long done, long total) {}

    /** Tells the progress of detached jobs; a few times a second for each is enough. */
    public void advance(List<Step> steps) {
        if (!steps.isEmpty()) {
            sql.list(
                    ADVANCE,
                    row -> true,
                    Sql.column("uuid", steps, Step::jobId),
                    Sql.column("bigint", steps, Step::done),
                    Sql.column("bigint", steps, Step::total));
        }
    }

    private JobView view(Row row) {
        return json.read(row.text("view"), JobView.class);
    }
}
