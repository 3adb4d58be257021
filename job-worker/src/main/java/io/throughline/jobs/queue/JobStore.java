package io.throughline.jobs.queue;

import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlArray;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Jobs as those see them who ask for them. Each method is one statement; {@link #enqueue} is two when it finds one that is
 * there, {@link #cancel} three.
 */
@Singleton
public class JobStore {

    private static final String ENQUEUE = """
            INSERT INTO job (id, tenant_id, user_id, type, parameters, priority, run_at, unique_key, serial_key, max_attempts,
                             time_limit_ms, parent_id, trace_parent)
            SELECT id, tenant_id, user_id, type, parameters::jsonb, priority, coalesce(run_at, clock_timestamp()), unique_key,
                   serial_key, max_attempts, time_limit_ms, parent_id, ?
            FROM %s WITH ORDINALITY
                 AS wanted(id, tenant_id, user_id, type, parameters, priority, run_at, unique_key, serial_key, max_attempts,
                           time_limit_ms, parent_id, place)
            ORDER BY place
            ON CONFLICT DO NOTHING
            """.formatted(Uncounted.rows(
            "uuid",
            "uuid",
            "uuid",
            "text",
            "text",
            "integer",
            "timestamptz",
            "text",
            "text",
            "integer",
            "bigint",
            "uuid"));

    /** With its lease: nobody else sees the one without the other. */
    private static final String BEGIN = """
            WITH fresh AS (
                %s
                RETURNING job.*, job_view(job, NULL::job_lease)::text AS view
            ), leased AS (
                INSERT INTO job_lease (job_id, worker_id, tenant_id, type, attempt, lease_until)
                SELECT id, ?, tenant_id, type, 1, clock_timestamp() + ? * interval '1 millisecond' FROM fresh
                RETURNING fence
            )
            SELECT view, id AS job_id, tenant_id, user_id, type, 1 AS attempt, max_attempts, fence, time_limit_ms,
                   parameters::text AS parameters, NULL AS checkpoint, trace_parent, priority::integer AS priority, run_at,
                   run_at AS claimed_at
            FROM fresh CROSS JOIN leased
            """.formatted(ENQUEUE);

    private static final String VIEW =
            "SELECT job_view(job, job_lease)::text AS view FROM job LEFT JOIN job_lease ON job_id = id ";

    /** With the jobs it waits for. They are locked before it is: their ends lock them in this order, too. */
    private static final String CANCEL =
            Announcement.of("""
            RECURSIVE family AS (
                SELECT id, 0 AS depth FROM job WHERE id = ? AND tenant_id = ? AND completed_at IS NULL
                UNION ALL
                SELECT job.id, depth + 1 FROM job JOIN family ON job.parent_id = family.id
                WHERE completed_at IS NULL AND depth < 10
            ), freed AS (
                DELETE FROM job_lease USING family WHERE job_id = family.id RETURNING job_id, attempt, claimed_at
            ), held AS MATERIALIZED (
                SELECT job.id, depth FROM job JOIN family USING (id)
                WHERE completed_at IS NULL AND (SELECT count(*) FROM freed) >= 0 -- leases first
                ORDER BY depth DESC, job.id FOR UPDATE OF job
            ),
            """, """
            UPDATE job SET status = 'cancelled', woken = false, completed_at = clock_timestamp(),
                   attempt = coalesce(freed.attempt, job.attempt), started_at = coalesce(started_at, claimed_at)
            FROM held LEFT JOIN freed ON freed.job_id = held.id WHERE job.id = held.id
            """ + Announcement.returning("'job.failed'") + ", depth", "id, depth, view::text");

    private static final String RETRY =
            Announcement.of("", """
            UPDATE job SET status = 'pending', woken = false, attempt = 0, crashes = 0, run_at = clock_timestamp(),
                   result = NULL, error_code = NULL, error_message = NULL, completed_at = NULL
            WHERE id = ? AND tenant_id = ? AND status IN ('failed', 'cancelled')
            """ + Announcement.returning("'job.progress'"), "view::text");

    private static final String ADVANCE =
            Announcement.of("", """
            UPDATE job SET progress_done = now.done, progress_total = now.total
            FROM (SELECT now.*, job_lease FROM unnest(?, ?, ?) AS now(id, done, total)
                  LEFT JOIN job_lease ON job_id = now.id) AS now
            WHERE job.id = ANY (?) AND job.id = now.id AND completed_at IS NULL AND (job.status = 'processing' OR (now.job_lease).job_id IS NOT NULL)
            """ + Announcement.returning("'job.progress'", "now.job_lease"), "id");

    private static final String COMPLETE = Announcement.of("""
            wanted AS (
                SELECT * FROM unnest(?, ?, ?) AS wanted(id, result, total)
            ), freed AS (
                DELETE FROM job_lease USING wanted WHERE job_id = wanted.id RETURNING job_id, attempt, claimed_at
            ), ended AS MATERIALIZED (
                SELECT wanted.*, attempt, claimed_at FROM wanted LEFT JOIN freed ON job_id = id
            ),
            """, """
            UPDATE job SET status = 'completed', result = ended.result::jsonb, completed_at = clock_timestamp(),
                   progress_done = ended.total, progress_total = ended.total, error_code = NULL, error_message = NULL,
                   attempt = coalesce(ended.attempt, job.attempt), started_at = coalesce(started_at, claimed_at)
            FROM ended WHERE job.id = ANY (?) AND job.id = ended.id AND completed_at IS NULL
            """ + Announcement.returning("'job.completed'"), "id");

    private final Sql sql;
    private final Json json;
    private final Announcement announcement;
    private final Wakeups wakeups;
    private final LocalWorker local;
    private final PlainJobs plain;
    private final Clock clock;

    JobStore(
            Sql sql,
            Json json,
            Announcement announcement,
            Wakeups wakeups,
            LocalWorker local,
            PlainJobs plain,
            Clock clock) {
        this.sql = sql;
        this.json = json;
        this.plain = plain;
        this.announcement = announcement;
        this.wakeups = wakeups;
        this.local = local;
        this.clock = clock;
    }

    /** The unfinished job with the same unique key, if there is one, else the new one, before a worker can take it. */
    public JobView enqueue(NewJob job) {
        while (true) {
            Optional<JobView> fresh = sql.first(
                    ENQUEUE + "RETURNING job_view(job, NULL::job_lease)::text AS view",
                    this::view,
                    columns(List.of(job)));
            if (fresh.isPresent()) {
                tellDue(List.of(job));
                return fresh.get();
            }
            Optional<JobView> there =
                    sql.first(VIEW + """
                    WHERE job.tenant_id = ?
                      AND (id = ? OR job.type = ? AND unique_key = ? AND completed_at IS NULL)
                    ORDER BY id = ? DESC LIMIT 1
                    """, this::view, job.tenantId(), job.id(), job.type(), job.uniqueKey(), job.id());
            if (there.isPresent()) {
                return there.get();
            }
        }
    }

    private record Begun(JobView view, Leases.Claim claim) {}

    /**
     * As {@link #enqueue}, and begun at once where this replica's worker has room and nothing waits for it: neither a claim nor
     * a second transaction comes between. Not for a transaction, which might be rolled back.
     */
    public JobView enqueueAndBegin(NewJob job) {
        Optional<Worker> worker = job.runAt() == null && job.serialKey() == null
                ? local.get().filter(here -> here.takePlace(job.type()))
                : Optional.empty();
        return worker.flatMap(here -> begin(here, job)).orElseGet(() -> enqueue(job));
    }

    private Optional<JobView> begin(Worker worker, NewJob job) {
        List<Object> values = new ArrayList<>(Arrays.asList(columns(List.of(job))));
        values.add(worker.id());
        values.add(worker.lease().toMillis());
        Optional<Begun> begun = Optional.empty();
        try {
            begun = sql.first(BEGIN, row -> new Begun(view(row), Leases.claimed(row)), values.toArray());
        } finally {
            begun.ifPresentOrElse(each -> worker.begin(each.claim()), () -> worker.leave(job.type()));
        }
        return begun.map(Begun::view);
    }

    /** As {@link #enqueueAll}, for jobs whose ids nobody else can have: faster where they have no keys, either. */
    public Set<UUID> enqueueAllNew(List<NewJob> jobs) {
        if (!PlainJobs.are(jobs)) {
            return enqueueAll(jobs);
        }
        plain.put(jobs);
        tellDue(jobs);
        return jobs.stream().map(NewJob::id).collect(Collectors.toSet());
    }

    /** The ids that are new. Those known already, and those whose unique key is taken, are left out. */
    public Set<UUID> enqueueAll(List<NewJob> jobs) {
        Set<UUID> fresh = new HashSet<>(sql.list(ENQUEUE + "RETURNING id", row -> row.uuid("id"), columns(jobs)));
        if (!fresh.isEmpty()) {
            tellDue(jobs);
        }
        return fresh;
    }

    private void tellDue(List<NewJob> jobs) {
        Instant now = clock.instant();
        Set<Instant> later = jobs.stream()
                .map(NewJob::runAt)
                .filter(runAt -> runAt != null && runAt.isAfter(now))
                .collect(Collectors.toSet());
        local.get().ifPresent(worker -> later.forEach(worker::wakeAt));
        if (jobs.stream().anyMatch(job -> !later.contains(job.runAt()))) {
            wakeups.tell(Wakeups.DUE);
        }
    }

    private Object[] columns(List<NewJob> jobs) {
        return new Object[] {
            TraceParent.current(),
            Sql.column("uuid", jobs, NewJob::id),
            Sql.column("uuid", jobs, NewJob::tenantId),
            Sql.column("uuid", jobs, NewJob::userId),
            Sql.column("text", jobs, NewJob::type),
            Sql.column("text", jobs, job -> json.text(job.parameters())),
            Sql.column("integer", jobs, job -> job.priority().ordinal()),
            Sql.column("timestamptz", jobs, NewJob::runAt),
            Sql.column("text", jobs, NewJob::uniqueKey),
            Sql.column("text", jobs, NewJob::serialKey),
            Sql.column("integer", jobs, NewJob::maxAttempts),
            Sql.column(
                    "bigint",
                    jobs,
                    job -> job.timeLimit() == null ? null : job.timeLimit().toMillis()),
            Sql.column("uuid", jobs, NewJob::parentId)
        };
    }

    public Optional<JobView> find(UUID tenantId, UUID id) {
        return sql.first(VIEW + "WHERE job.tenant_id = ? AND id = ?", this::view, tenantId, id);
    }

    /** Those of the tenant's jobs that exist, in no order. */
    public List<JobView> findAll(UUID tenantId, Collection<UUID> ids) {
        return sql.list(
                VIEW + "WHERE job.tenant_id = ? AND id = ANY (?)", this::view, tenantId, Sql.array("uuid", ids));
    }

    /**
     * At once and for good, also while it runs: the worker finds its lease gone. The jobs it waits for, too. Empty: nothing
     * to cancel.
     */
    public Optional<JobView> cancel(UUID tenantId, UUID id) {
        Map<UUID, Cancelled> cancelled = announcement
                .run(CANCEL, row -> new Cancelled(row.uuid("id"), row.integer("depth"), row.text("view")), id, tenantId)
                .stream()
                .collect(Collectors.toMap(Cancelled::id, each -> each));
        if (cancelled.isEmpty()) {
            return Optional.empty();
        }
        freeThoseClaimedMeanwhile(cancelled.keySet());
        wakeups.tell(Wakeups.CANCELLED);
        childrenBegunMeanwhile(id).forEach(child -> cancel(tenantId, child));
        return Optional.of(json.read(cancelled.get(id).view(), JobView.class));
    }

    private record Cancelled(UUID id, int depth, String view) {}

    /** A claim that was being made just then has put in a lease that the cancellation could not see. */
    private void freeThoseClaimedMeanwhile(Collection<UUID> cancelled) {
        sql.update("DELETE FROM job_lease WHERE job_id = ANY (?)", Sql.array("uuid", cancelled));
    }

    /** A run of the parent that held it just before may have put in more than the cancellation could see. */
    private List<UUID> childrenBegunMeanwhile(UUID parent) {
        return sql.list(
                "SELECT id FROM job WHERE parent_id = ? AND completed_at IS NULL", row -> row.uuid("id"), parent);
    }

    /** From the last checkpoint, with all attempts. Empty: it did not fail and was not cancelled. */
    public Optional<JobView> retry(UUID tenantId, UUID id) {
        return announcement.run(RETRY, this::view, id, tenantId).stream().findFirst();
    }

    /** A detached job's end. @param total what its progress ends at */
    public record Ending(UUID jobId, Object result, long total) {}

    /** For the transaction of whoever knows that detached jobs are done. */
    public void complete(List<Ending> endings) {
        for (int from = 0; from < endings.size(); from += Announcement.AT_ONCE) {
            completeAtOnce(endings.subList(from, Math.min(endings.size(), from + Announcement.AT_ONCE)));
        }
    }

    private void completeAtOnce(List<Ending> endings) {
        SqlArray ids = Sql.column("uuid", endings, Ending::jobId);
        announcement.run(
                COMPLETE,
                row -> true,
                ids,
                Sql.column("text", endings, ending -> json.text(ending.result())),
                Sql.column("bigint", endings, Ending::total),
                ids);
    }

    /** How far a job is whose work is done elsewhere. */
    public record Step(UUID jobId, long done, long total) {}

    /** Tells the progress of detached jobs; a few times a second for each is enough. */
    public void advance(List<Step> steps) {
        if (!steps.isEmpty()) {
            SqlArray ids = Sql.column("uuid", steps, Step::jobId);
            announcement.run(
                    ADVANCE,
                    row -> true,
                    ids,
                    Sql.column("bigint", steps, Step::done),
                    Sql.column("bigint", steps, Step::total),
                    ids);
        }
    }

    private JobView view(Row row) {
        return json.read(row.text("view"), JobView.class);
    }
}
