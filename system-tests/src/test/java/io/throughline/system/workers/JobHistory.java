package io.throughline.system.workers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Every change of every job since {@link #begin}, with the process that made it and the database's time, noted by a trigger
 * that no worker knows of. The one place of these tests that knows how the queue's table looks.
 */
final class JobHistory implements AutoCloseable {

    private static final String BEGIN = """
            CREATE SCHEMA history;
            CREATE TABLE history.move (
                seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                at timestamptz NOT NULL DEFAULT clock_timestamp(),
                xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
                writer text NOT NULL DEFAULT current_setting('application_name'),
                tenant_id uuid, job_id uuid, type text,
                was_status text, status text, was_worker text, worker text, was_fence bigint, fence bigint,
                was_lease timestamptz, lease timestamptz, was_attempt integer, attempt integer,
                was_done bigint, done bigint, was_checkpoint text, checkpoint text, code text, put_off boolean);
            CREATE INDEX ON history.move (job_id, seq);
            CREATE INDEX ON history.move (worker);
            CREATE FUNCTION history.lease_noted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                DECLARE
                    lease jobs.job_lease := CASE tg_op WHEN 'DELETE' THEN old ELSE new END;
                    job jobs.job;
                BEGIN
                    SELECT * INTO job FROM jobs.job WHERE id = lease.job_id;
                    INSERT INTO history.move (tenant_id, job_id, type, was_status, status, was_worker, worker, was_fence, fence,
                                              was_lease, lease, was_attempt, attempt, was_done, done, was_checkpoint, checkpoint,
                                              code, put_off)
                    VALUES (job.tenant_id, job.id, job.type,
                            CASE tg_op WHEN 'INSERT' THEN 'pending' ELSE 'processing' END,
                            CASE tg_op WHEN 'DELETE' THEN job.status ELSE 'processing' END,
                            CASE WHEN tg_op <> 'INSERT' THEN split_part(old.worker_id, '/', 1) END,
                            CASE WHEN tg_op <> 'DELETE' THEN split_part(new.worker_id, '/', 1) END,
                            CASE tg_op WHEN 'INSERT'
                                 THEN coalesce((SELECT max(move.fence) FROM history.move WHERE job_id = job.id), 0)
                                 ELSE old.fence END, lease.fence,
                            CASE WHEN tg_op <> 'INSERT' THEN old.lease_until END,
                            CASE WHEN tg_op <> 'DELETE' THEN new.lease_until END,
                            CASE tg_op WHEN 'INSERT' THEN job.attempt ELSE old.attempt END,
                            CASE tg_op WHEN 'DELETE' THEN job.attempt ELSE new.attempt END,
                            job.progress_done, job.progress_done, job.checkpoint, job.checkpoint, job.error_code,
                            job.run_at > lease.claimed_at);
                    RETURN NULL;
                END $$;
            CREATE FUNCTION history.job_noted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                DECLARE
                    lease jobs.job_lease;
                BEGIN
                    -- The end of a lease, in the same statement, has been noted with what became of the job.
                    IF EXISTS (SELECT FROM history.move WHERE job_id = new.id AND xid = pg_current_xact_id()
                                 AND was_worker IS NOT NULL AND worker IS NULL) THEN
                        RETURN NULL;
                    END IF;
                    SELECT * INTO lease FROM jobs.job_lease WHERE job_id = new.id;
                    INSERT INTO history.move (tenant_id, job_id, type, was_status, status, was_worker, worker, was_fence, fence,
                                              was_lease, lease, was_attempt, attempt, was_done, done, was_checkpoint, checkpoint,
                                              code, put_off)
                    VALUES (new.tenant_id, new.id, new.type,
                            CASE WHEN lease.job_id IS NULL THEN old.status ELSE 'processing' END,
                            CASE WHEN lease.job_id IS NULL OR new.completed_at IS NOT NULL THEN new.status
                                 ELSE 'processing' END,
                            split_part(lease.worker_id, '/', 1), split_part(lease.worker_id, '/', 1),
                            coalesce(lease.fence, 0), coalesce(lease.fence, 0), lease.lease_until, lease.lease_until,
                            old.attempt, new.attempt, old.progress_done, new.progress_done, old.checkpoint, new.checkpoint,
                            new.error_code, new.run_at <> old.run_at);
                    RETURN NULL;
                END $$;
            CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON jobs.job_lease
                FOR EACH ROW EXECUTE FUNCTION history.lease_noted();
            CREATE TRIGGER noted AFTER UPDATE ON jobs.job FOR EACH ROW EXECUTE FUNCTION history.job_noted();
            """;

    /**
     * Who may change a job: whoever claims it, with a later fence; the holder, with the fence it was given; anybody whom its
     * lease has run out on, but only to put it back or to give it up; and the end of a child, to have it looked at.
     */
    private static final String UNLAWFUL = """
            SELECT format('%s of %s by %s: %s/%s/%s to %s/%s/%s', type, job_id, writer,
                          was_status, was_worker, was_fence, status, worker, fence)
            FROM history.move WHERE tenant_id = ? AND NOT coalesce(
                was_status = 'pending' AND status = 'processing' AND worker = writer AND fence > was_fence
                OR was_status = 'processing' AND was_worker = writer AND fence = was_fence
                OR was_status = 'processing' AND was_worker IS NOT NULL AND was_lease < at AND worker IS NULL
                   AND status IN ('pending', 'processing', 'failed') AND fence = was_fence
                OR was_status = 'processing' AND was_worker IS NULL AND status = 'processing' AND worker IS NULL
                OR (status, fence, attempt, done) = (was_status, was_fence, was_attempt, was_done)
                   AND (worker, lease, checkpoint) IS NOT DISTINCT FROM (was_worker, was_lease, was_checkpoint), false)
            """;

    private final Connection connection;

    JobHistory(String adminUrl) throws SQLException {
        connection = DriverManager.getConnection(adminUrl);
    }

    void begin() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(BEGIN);
        }
    }

    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    synchronized <T> List<T> list(String query, RowReader<T> reader, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(
                        i + 1, parameters[i] instanceof Instant time ? time.atOffset(ZoneOffset.UTC) : parameters[i]);
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(reader.read(result));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    long count(String query, Object... parameters) {
        return list(query, row -> row.getLong(1), parameters).getFirst();
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** By the database's clock. */
    Instant now() {
        return list("SELECT clock_timestamp() AS now", row -> time(row, "now")).getFirst();
    }

    /**
     * A job as it is in the end.
     *
     * @param parent the workflow that it is a step of, or null
     * @param told rows of {@code job_event} that say it is completed
     */
    record Final(
            UUID id,
            UUID parent,
            String type,
            String status,
            int attempt,
            long fence,
            String result,
            String error,
            long told) {}

    List<Final> jobs(Tenant tenant) {
        return list(
                """
                SELECT job.id, parent_id, job.type, status, attempt, result::text AS result, error_code,
                       (SELECT coalesce(max(move.fence), 0) FROM history.move WHERE move.job_id = job.id) AS fence,
                       coalesce(told, 0) AS told
                FROM jobs.job LEFT JOIN (SELECT job_id, count(*) AS told FROM jobs.job_event
                                         WHERE type = 'job.completed' GROUP BY job_id) AS ends ON job_id = job.id
                WHERE tenant_id = ? ORDER BY job.id
                """,
                row -> new Final(
                        row.getObject("id", UUID.class),
                        row.getObject("parent_id", UUID.class),
                        row.getString("type"),
                        row.getString("status"),
                        row.getInt("attempt"),
                        row.getLong("fence"),
                        row.getString("result"),
                        row.getString("error_code"),
                        row.getLong("told")),
                tenant.id());
    }

    Set<UUID> ids(Tenant tenant) {
        return new HashSet<>(list("SELECT id FROM jobs.job WHERE tenant_id = ?", JobHistory::id, tenant.id()));
    }

    private static UUID id(ResultSet row) throws SQLException {
        return row.getObject(1, UUID.class);
    }

    long unfinished(Tenant tenant) {
        return count(
                "SELECT count(*) FROM jobs.job WHERE tenant_id = ? AND status IN ('pending', 'processing')",
                tenant.id());
    }

    /** The process that publishes events while the others stand by. */
    String relay() {
        return list("""
                        SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)
                        WHERE locktype = 'advisory' AND granted AND classid::bigint = hashtext('job_event')::bigint & 4294967295
                        """, row -> row.getString(1)).stream().findFirst().orElse(null);
    }

    /** Events that have not left yet. */
    long unpublished() {
        return count("""
                SELECT (SELECT count(*) FROM jobs.outbox)
                       + (SELECT count(*) FROM jobs.job_event
                          WHERE (xid, id) > (SELECT xid, id FROM jobs.job_event_published))
                """);
    }

    /** Jobs that came to a good end other than once. */
    List<UUID> notCompletedOnce(Tenant tenant) {
        return list("""
                SELECT job.id FROM jobs.job LEFT JOIN history.move
                    ON job_id = job.id AND move.status = 'completed' AND was_status <> 'completed'
                WHERE job.tenant_id = ? AND job.status = 'completed' GROUP BY job.id HAVING count(seq) <> 1
                """, JobHistory::id, tenant.id());
    }

    /** Changes made by somebody who had no right to, such as a worker that woke when its lease was gone. */
    List<String> unlawful(Tenant tenant) {
        return list(UNLAWFUL, row -> row.getString(1), tenant.id());
    }

    /** Answers of providers that were kept by another run than the one that ended the job. */
    List<String> keptFromOtherRuns(Tenant tenant) {
        return list("""
                SELECT subject FROM jobs.enrichment JOIN jobs.job ON job.id = job_id
                WHERE job.tenant_id = ? AND fields->>'attempt' IS DISTINCT FROM job_id || '/' || (
                    SELECT max(fence) FROM history.move WHERE move.job_id = job.id)
                """, row -> row.getString(1), tenant.id());
    }

    /** Of the jobs at hand, how many that process holds. */
    long heldBy(String process) {
        return count("SELECT count(*) FROM jobs.job_lease WHERE split_part(worker_id, '/', 1) = ?", process);
    }

    String holderOf(UUID job) {
        return list(
                        "SELECT split_part(worker_id, '/', 1) FROM jobs.job_lease WHERE job_id = ?",
                        row -> row.getString(1),
                        job)
                .stream()
                .findFirst()
                .orElse(null);
    }

    /** Processes that hold a job which would be given up if they died: it has lost two workers in a row already. */
    List<String> heldForTheLastTime() {
        return list("""
                SELECT DISTINCT split_part(worker_id, '/', 1) FROM jobs.job_lease JOIN jobs.job ON id = job_id
                WHERE crashes >= 2 OR job_lease.attempt >= max_attempts
                """, row -> row.getString(1));
    }

    /** A run that was cut off. @param goesOn when the job was claimed again or ended, or the run let go of it; null: never */
    record Stranded(UUID job, long fence, Instant goesOn) {}

    /** What that process held at that time. */
    List<Stranded> stranded(String process, Instant struck) {
        return list(
                """
                SELECT job_id, fence, (SELECT min(at) FROM history.move AS next
                                       WHERE next.job_id = held.job_id AND at > ?
                                         AND (next.fence > held.fence OR status IN ('completed', 'failed')
                                              OR next.was_worker = writer AND worker IS NULL AND put_off)) AS goes_on
                FROM (SELECT DISTINCT ON (job_id) job_id, status, worker, fence FROM history.move
                      WHERE at <= ? AND job_id IN (SELECT job_id FROM history.move WHERE worker = ?)
                      ORDER BY job_id, seq DESC) AS held
                WHERE status = 'processing' AND worker = ?
                """,
                row -> new Stranded(row.getObject("job_id", UUID.class), row.getLong("fence"), time(row, "goes_on")),
                struck,
                struck,
                process,
                process);
    }

    /** A job that was taken from a worker or given back. @param since when that was */
    record Wait(UUID job, Instant since, Instant claimed) {
        Duration took() {
            return Duration.between(since, claimed);
        }
    }

    /** Each time one was claimed again. A new job may wait longer, for those before it. */
    List<Wait> waits(Tenant tenant) {
        return list(
                """
                SELECT job_id, free_since, at FROM (
                    SELECT job_id, at, was_worker, worker,
                           lag(at) OVER of_job AS free_since, lag(status) OVER of_job AS last_status
                    FROM history.move WHERE tenant_id = ? WINDOW of_job AS (PARTITION BY job_id ORDER BY seq)) AS move
                WHERE was_worker IS NULL AND worker IS NOT NULL AND last_status = 'pending'
                """,
                row -> new Wait(row.getObject("job_id", UUID.class), time(row, "free_since"), time(row, "at")),
                tenant.id());
    }

    /** All that is known of a job and its children, for whoever reads a failed run. */
    String told(UUID job) {
        return String.join("\n", list("""
                        SELECT concat_ws(' ', at, right(job_id::text, 5), writer, type, was_status || ' -> ' || status,
                                         'fence ' || fence, 'attempt ' || attempt, 'until ' || lease, code,
                                         CASE WHEN put_off THEN 'put off' END) AS line
                        FROM history.move WHERE job_id = ? OR job_id IN (SELECT id FROM jobs.job WHERE parent_id = ?)
                        ORDER BY seq
                        """, row -> row.getString("line"), job, job));
    }

    /** Every run of the job there was, as providers are told of it. */
    List<String> attempts(UUID job) {
        return list(
                "SELECT DISTINCT fence FROM history.move WHERE job_id = ? AND fence > 0 ORDER BY fence",
                row -> job + "/" + row.getLong(1),
                job);
    }

    /** A job of the type {@code sleep} with a checkpoint from which that many milliseconds are left. */
    boolean holdsSleepOfMoreThan(int millis, String process) {
        return count("""
                        SELECT count(*) FROM jobs.job JOIN jobs.job_lease ON job_id = id
                        WHERE split_part(worker_id, '/', 1) = ? AND job.type = 'sleep'
                          AND (parameters->>'millis')::numeric
                              * (1 - (checkpoint->>'step')::numeric / (parameters->>'steps')::numeric) > ?
                        """, process, millis) > 0;
    }

    /**
     * A job that its worker gave back unfinished.
     *
     * @param checkpoint as it was then; null: none
     * @param wentOnWhereItWas with this checkpoint, and never behind it
     */
    record HandedBack(UUID job, String checkpoint, boolean wentOnWhereItWas) {}

    List<HandedBack> handedBack(Tenant tenant) {
        return list(
                """
                SELECT job_id, checkpoint,
                       EXISTS (SELECT FROM history.move AS claim WHERE claim.job_id = back.job_id
                                 AND claim.was_fence = back.fence AND was_status = 'pending'
                                 AND claim.checkpoint IS NOT DISTINCT FROM back.checkpoint)
                       AND NOT EXISTS (SELECT FROM history.move AS later WHERE later.job_id = back.job_id
                                 AND later.seq > back.seq AND later.done < (back.checkpoint::jsonb->>'step')::bigint) AS went_on
                FROM history.move AS back
                WHERE tenant_id = ? AND was_status = 'processing' AND status = 'pending' AND was_worker = writer
                  AND attempt = was_attempt - 1 AND type <> 'workflow'
                """,
                row -> new HandedBack(
                        row.getObject("job_id", UUID.class), row.getString("checkpoint"), row.getBoolean("went_on")),
                tenant.id());
    }

    /** A run whose lease ran out, whoever noticed. */
    record Rescue(UUID job, String worker, long fence, Instant at) {}

    List<Rescue> rescues(Tenant tenant) {
        return list(
                """
                SELECT job_id, was_worker, was_fence, at FROM history.move
                WHERE tenant_id = ? AND was_worker IS NOT NULL AND worker IS NULL AND was_lease < at
                  AND (status = 'failed' AND code = 'worker_died'
                       OR status IN ('pending', 'processing') AND NOT put_off AND (attempt = was_attempt OR writer <> was_worker))
                """,
                row -> new Rescue(
                        row.getObject("job_id", UUID.class),
                        row.getString("was_worker"),
                        row.getLong("was_fence"),
                        time(row, "at")),
                tenant.id());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
