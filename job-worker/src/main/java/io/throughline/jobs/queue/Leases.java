package io.throughline.jobs.queue;

import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlArray;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Jobs as workers see them. Every method is one statement however many jobs it moves; times are the database's. What is
 * written for a {@link Claim} takes effect only while the row of {@code job_lease} with its fence is there; each statement
 * locks that row before it touches the job's.
 *
 * <p>Where rows are named already, {@code job.id = ANY (…)} names them again: a join alone, planned while the table was
 * empty, would read all of it for each.
 */
@Singleton
class Leases {

    static final int CRASHES_TO_DEATH = 3;

    private final Sql sql;
    private final Announcement announcement;
    private final Wakeups wakeups;

    Leases(Sql sql, Announcement announcement, Wakeups wakeups) {
        this.sql = sql;
        this.announcement = announcement;
        this.wakeups = wakeups;
    }

    /**
     * A job that is ours for a while.
     *
     * @param fence tells this claim from every other of the same job
     * @param waited from when it was due
     */
    record Claim(
            UUID jobId,
            UUID tenantId,
            UUID userId,
            String type,
            int attempt,
            int maxAttempts,
            long fence,
            Duration timeLimit,
            String parameters,
            String checkpoint,
            String traceParent,
            int priority,
            Instant runAt,
            Duration waited) {}

    /**
     * The most urgent due jobs, at most {@code free} of each type. Not told of: most jobs end before anybody could read it.
     * Whoever runs it tells with the first progress.
     *
     * @param caps leases that a tenant may have of a type, by all workers together; none: any number
     * @param done places in queues up to which they are not read again; types without one are read from the beginning
     */
    List<Claim> claim(
            String workerId,
            Map<String, Integer> free,
            Map<String, Integer> caps,
            Duration lease,
            List<Sweep.Place> done) {
        if (caps.isEmpty()) {
            return claimNow(workerId, free, caps, lease, done);
        }
        // One after the other: two that count the same leases would both find room.
        return sql.inTransaction(() -> {
            sql.list("SELECT pg_advisory_xact_lock(hashtext('job_caps'), hashtext(current_schema()))", row -> true);
            return claimNow(workerId, free, caps, lease, done);
        });
    }

    private List<Claim> claimNow(
            String workerId,
            Map<String, Integer> free,
            Map<String, Integer> caps,
            Duration lease,
            List<Sweep.Place> done) {
        List<String> types = List.copyOf(free.keySet());
        return sql.list(
                "SELECT * FROM claim_jobs(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                Leases::claimed,
                Sql.array("text", types),
                Sql.column("integer", types, free::get),
                Sql.column("integer", types, caps::get),
                workerId,
                lease.toMillis(),
                Sql.column("text", done, Sweep.Place::type),
                Sql.column("uuid", done, Sweep.Place::tenantId),
                Sql.column("integer", done, Sweep.Place::priority),
                Sql.column("timestamptz", done, Sweep.Place::runAt),
                Sql.column("uuid", done, Sweep.Place::id));
    }

    static Claim claimed(Row row) {
        long limit = row.number("time_limit_ms");
        return new Claim(
                row.uuid("job_id"),
                row.uuid("tenant_id"),
                row.uuid("user_id"),
                row.text("type"),
                row.integer("attempt"),
                row.integer("max_attempts"),
                row.number("fence"),
                limit == 0 ? null : Duration.ofMillis(limit),
                row.text("parameters"),
                row.text("checkpoint"),
                row.text("trace_parent"),
                row.integer("priority"),
                row.instant("run_at"),
                Duration.between(row.instant("run_at"), row.instant("claimed_at")));
    }

    /**
     * Extends the leases and answers the jobs whose leases still hold; the others have been taken away. Waits for nobody: a
     * lease that a transaction has locked, an end that is being written or a handler's own, is left to the next time.
     */
    Set<UUID> extend(String workerId, Collection<Claim> claims, Duration lease) {
        SqlArray ids = Sql.column("uuid", claims, Claim::jobId);
        return new HashSet<>(sql.list(
                """
                WITH held AS MATERIALIZED (
                    SELECT job_lease.job_id
                    FROM unnest(?, ?) AS held(id, fence)
                    JOIN job_lease ON job_id = ANY (?) AND job_id = held.id AND job_lease.fence = held.fence
                    WHERE worker_id = ?
                ), unlocked AS MATERIALIZED (
                    SELECT job_id FROM job_lease WHERE job_id = ANY (ARRAY(SELECT job_id FROM held))
                    FOR NO KEY UPDATE SKIP LOCKED
                ), extended AS (
                    UPDATE job_lease SET lease_until = clock_timestamp() + ? * interval '1 millisecond'
                    WHERE job_id = ANY (ARRAY(SELECT job_id FROM unlocked)) AND worker_id = ?
                )
                SELECT job_id FROM held
                """,
                row -> row.uuid("job_id"),
                ids,
                Sql.column("bigint", claims, Claim::fence),
                ids,
                workerId,
                lease.toMillis(),
                workerId));
    }

    /** How far a running job is; nulls: as before. */
    record Progress(Claim claim, Long done, Long total) {}

    private static final String PROGRESS =
            Announcement.of("""
            held AS MATERIALIZED (
                SELECT job_lease, now.done, now.total
                FROM unnest(?, ?, ?, ?) AS now(id, fence, done, total)
                JOIN job_lease ON job_lease.job_id = now.id AND job_lease.fence = now.fence AND worker_id = ?
                FOR SHARE OF job_lease SKIP LOCKED
            ),
            """, """
            UPDATE job SET progress_done = coalesce(held.done, progress_done),
                           progress_total = coalesce(held.total, progress_total)
            FROM held WHERE job.id = ANY (?) AND job.id = (held.job_lease).job_id AND completed_at IS NULL
            """ + Announcement.returning("'job.progress'", "held.job_lease"), "id");

    /** Answers whose was written: not of those whose claim no longer holds, nor, this time, of those that are locked. */
    Set<UUID> progress(String workerId, Collection<Progress> progress) {
        SqlArray ids = Sql.column("uuid", progress, each -> each.claim().jobId());
        return new HashSet<>(announcement.run(
                PROGRESS,
                row -> row.uuid("id"),
                ids,
                Sql.column("bigint", progress, each -> each.claim().fence()),
                Sql.column("bigint", progress, Progress::done),
                Sql.column("bigint", progress, Progress::total),
                workerId,
                ids));
    }

    /** Keeps where a run has got to; a worker's death after that is no longer held against the job. */
    boolean checkpoint(String workerId, Claim claim, String checkpoint) {
        return sql.update("""
                        WITH held AS (
                            UPDATE job_lease SET checkpointed = true WHERE job_id = ? AND fence = ? AND worker_id = ?
                            RETURNING job_id
                        )
                        UPDATE job SET checkpoint = ?::jsonb, crashes = 0 FROM held
                        WHERE id = ? AND completed_at IS NULL
                        """, claim.jobId(), claim.fence(), workerId, checkpoint, claim.jobId()) == 1;
    }

    /** Keeps the job from being taken away until the transaction at hand ends, if the claim still holds. */
    boolean holds(String workerId, Claim claim) {
        return !sql.list("""
                        SELECT 1 FROM job_lease WHERE job_id = ? AND fence = ? AND worker_id = ? FOR UPDATE
                        """, row -> true, claim.jobId(), claim.fence(), workerId)
                .isEmpty();
    }

    /**
     * Lets the job wait without a worker for somebody else's event; run again when that takes too long, or at once when a
     * child ended during this run.
     */
    boolean detach(String workerId, Claim claim, Duration atMost) {
        Optional<Boolean> woken = sql.first(
                """
                        WITH freed AS (
                            DELETE FROM job_lease WHERE job_id = ? AND fence = ? AND worker_id = ?
                            RETURNING job_id, attempt, claimed_at
                        )
                        UPDATE job SET status = 'processing', attempt = freed.attempt, crashes = 0,
                               started_at = coalesce(started_at, claimed_at),
                               run_at = clock_timestamp()
                                        + CASE WHEN woken THEN 0 ELSE ? END * interval '1 millisecond'
                        FROM freed WHERE job.id = ? AND completed_at IS NULL
                        RETURNING woken
                        """,
                row -> row.flag("woken"),
                claim.jobId(),
                claim.fence(),
                workerId,
                atMost.toMillis(),
                claim.jobId());
        if (woken.orElse(false)) {
            wakeups.tell(Wakeups.DUE);
        }
        return woken.isPresent();
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

    private static final String FREED = """
            freed AS (
                DELETE FROM job_lease USING ended
                WHERE job_id = ANY (ARRAY(SELECT id FROM ended)) AND job_id = ended.id
                  AND job_lease.fence = ended.fence AND worker_id = ?
                RETURNING ended.*, attempt, claimed_at
            ),
            """;

    private static final String OF_THE_FREED = """
            WHERE job.id = ANY (ARRAY(SELECT id FROM ended)) AND job.id = freed.id
              -- Not "completed_at IS NULL": the index of unfinished jobs would do for that, all of it.
              AND coalesce(completed_at, 'infinity') = 'infinity'
            """;

    /** The end that most jobs have, with nothing to decide: a shorter way than END's. */
    private static final String COMPLETE = Announcement.counting(
            """
            ended AS MATERIALIZED (
                SELECT ended.* FROM %s AS ended(id, fence, result, done, total)
            ),
            """.formatted(Uncounted.rows("uuid", "bigint", "text", "bigint", "bigint")) + FREED,
            """
            UPDATE job SET status = 'completed', attempt = freed.attempt, crashes = 0, result = freed.result::jsonb,
                   error_code = NULL, error_message = NULL,
                   progress_done = coalesce(done, progress_done), progress_total = coalesce(total, progress_total),
                   started_at = coalesce(started_at, claimed_at), completed_at = clock_timestamp()
            FROM freed
            """ + OF_THE_FREED + Announcement.returning("'job.completed'"));

    /** The others: failed, to be run again, handed back. */
    private static final String END = Announcement.counting(
            """
            ended AS MATERIALIZED (
                SELECT ended.* FROM %s AS ended(id, fence, status, code, message, delay, counted, done, total)
            ),
            """.formatted(Uncounted.rows(
                            "uuid", "bigint", "text", "text", "text", "bigint", "boolean", "bigint", "bigint"))
                    + FREED,
            """
            UPDATE job SET status = CASE WHEN counted THEN freed.status ELSE job.status END,
                   attempt = CASE WHEN counted THEN freed.attempt ELSE job.attempt END,
                   crashes = CASE WHEN counted THEN 0 ELSE crashes END,
                   run_at = CASE WHEN freed.status = 'pending' AND counted
                                 THEN clock_timestamp() + delay * interval '1 millisecond' ELSE run_at END,
                   error_code = code, error_message = message,
                   progress_done = coalesce(done, progress_done), progress_total = coalesce(total, progress_total),
                   started_at = coalesce(started_at, claimed_at),
                   completed_at = CASE WHEN freed.status <> 'pending' THEN clock_timestamp() END
            FROM freed
            """
                    + OF_THE_FREED
                    + Announcement.returning(
                            "CASE job.status WHEN 'failed' THEN 'job.failed' ELSE 'job.progress' END"));

    /** How many ends were recorded; a claim that no longer holds changes nothing. */
    int end(String workerId, Collection<Ending> endings) {
        Map<Boolean, List<Ending>> completed =
                endings.stream().collect(Collectors.partitioningBy(ending -> ending.status() == JobStatus.COMPLETED));
        return complete(workerId, completed.get(true)) + endOtherwise(workerId, completed.get(false));
    }

    private int complete(String workerId, List<Ending> endings) {
        return count(
                COMPLETE,
                endings,
                Sql.column("uuid", endings, ending -> ending.claim().jobId()),
                Sql.column("bigint", endings, ending -> ending.claim().fence()),
                Sql.column("text", endings, Ending::result),
                Sql.column("bigint", endings, Ending::done),
                Sql.column("bigint", endings, Ending::total),
                workerId);
    }

    private int endOtherwise(String workerId, List<Ending> endings) {
        return count(
                END,
                endings,
                Sql.column("uuid", endings, ending -> ending.claim().jobId()),
                Sql.column("bigint", endings, ending -> ending.claim().fence()),
                Sql.column("text", endings, ending -> ending.status().wire()),
                Sql.column("text", endings, Ending::errorCode),
                Sql.column("text", endings, Ending::errorMessage),
                Sql.column("bigint", endings, ending -> ending.delay().toMillis()),
                Sql.column("boolean", endings, Ending::counted),
                Sql.column("bigint", endings, Ending::done),
                Sql.column("bigint", endings, Ending::total),
                workerId);
    }

    private int count(String statement, List<Ending> endings, Object... parameters) {
        return announcement.runOfMany(statement, endings.size(), row -> row.integer("jobs"), parameters).stream()
                .findFirst()
                .orElse(0);
    }

    /** Jobs that are over already, such as cancelled ones, lose a lease that was left behind. */
    private static final String RESCUE = Announcement.of(
            """
            lost AS MATERIALIZED (
                DELETE FROM job_lease WHERE job_id IN (
                    SELECT job_id FROM job_lease WHERE lease_until < clock_timestamp()
                    ORDER BY job_id LIMIT 500 FOR UPDATE SKIP LOCKED)
                RETURNING job_id, attempt, claimed_at, checkpointed
            ), judged AS (
                SELECT lost.*, NOT checkpointed AND (job.crashes + 1 >= ? OR lost.attempt >= max_attempts) AS dies
                FROM lost JOIN job ON job.id = lost.job_id AND job.id = ANY (ARRAY(SELECT job_id FROM lost))
            ),
            """,
            """
            UPDATE job SET
                   status = CASE WHEN dies THEN 'failed' WHEN status = 'processing' THEN status ELSE 'pending' END,
                   attempt = CASE WHEN checkpointed THEN job.attempt ELSE judged.attempt END,
                   crashes = CASE WHEN checkpointed THEN 0 ELSE crashes + 1 END,
                   error_code = CASE WHEN dies THEN 'worker_died' ELSE error_code END,
                   error_message = CASE WHEN dies THEN 'Its worker died ' || crashes + 1 || ' times in a row, attempt '
                                        || judged.attempt || ' of ' || max_attempts || '.' ELSE error_message END,
                   started_at = coalesce(started_at, claimed_at),
                   completed_at = CASE WHEN dies THEN clock_timestamp() END
            FROM judged WHERE job.id = ANY (ARRAY(SELECT job_id FROM judged))
              AND job.id = judged.job_id AND completed_at IS NULL
            """
                    + Announcement.returning("CASE job.status WHEN 'failed' THEN 'job.failed' ELSE 'job.progress' END")
                    + ", job.type AS job_type, dies",
            "id, job_type, dies");

    /** @param dead run again no more */
    record Rescued(UUID jobId, String type, boolean dead) {}

    /** Takes jobs from workers that stopped extending their leases, whoever they were. */
    List<Rescued> rescue() {
        return announcement.run(
                RESCUE, row -> new Rescued(row.uuid("id"), row.text("job_type"), row.flag("dies")), CRASHES_TO_DEATH);
    }
}
