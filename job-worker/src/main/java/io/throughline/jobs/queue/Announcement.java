package io.throughline.jobs.queue;

import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** SQL that tells of moved jobs, in the statement that moves them, and wakes those that wait for an end. */
@Singleton
class Announcement {

    /** A statement completes no more jobs of a tenant than a row of {@code job_event_batch} holds. */
    static final int AT_ONCE = 1000;

    private final Sql sql;
    private final Wakeups wakeups;

    Announcement(Sql sql, Wakeups wakeups) {
        this.sql = sql;
        this.wakeups = wakeups;
    }

    /** What a change returns of each job, so that it can be told. @param lease SQL: the job's {@code job_lease}, or null */
    static String returning(String event, String lease) {
        return """
                RETURNING job.id, job.tenant_id, job.parent_id, job.completed_at IS NOT NULL AS over,
                          job.completed_at IS NULL AND job.run_at <= clock_timestamp() AS due, %1$s AS event,
                          CASE WHEN job.status <> 'completed' THEN job_view(job, %2$s) END AS view""".formatted(event, lease);
    }

    /** For jobs that no worker has after the change. */
    static String returning(String event) {
        return returning(event, "NULL::job_lease");
    }

    /**
     * Wraps a change of jobs so that each becomes a {@code job_event}; answers what {@code answer} selects from
     * {@code changed}.
     *
     * @param before queries that the change refers to, {@code name AS (…),} each
     * @param change an {@code UPDATE job …} with {@link #returning}
     */
    static String of(String before, String change, String answer) {
        return wrapped(before, change, "SELECT " + answer + ", due, EXISTS (SELECT FROM woken) AS woke FROM changed");
    }

    /** As {@link #of}, for many: answers one row with their number as {@code jobs}, or none when there are none. */
    static String counting(String before, String change) {
        return wrapped(before, change, """
                SELECT count(*) AS jobs, bool_or(due) AS due, EXISTS (SELECT FROM woken) AS woke FROM changed
                HAVING count(*) > 0""");
    }

    private static String wrapped(String before, String change, String answer) {
        return """
                WITH %s changed AS (
                %s
                ), told AS (
                    INSERT INTO job_event_batch (tenant_id, type, job_ids, job)
                    SELECT tenant_id, event, array_agg(id), NULL::jsonb FROM changed WHERE view IS NULL
                    GROUP BY tenant_id, event
                    UNION ALL
                    SELECT tenant_id, event, ARRAY[id], view FROM changed WHERE view IS NOT NULL
                ), woken AS (
                    UPDATE job SET woken = true,
                           run_at = CASE WHEN status = 'processing' THEN clock_timestamp() ELSE run_at END
                    WHERE completed_at IS NULL
                      AND id = ANY (ARRAY(SELECT parent_id FROM changed WHERE parent_id IS NOT NULL AND over
                                          EXCEPT SELECT id FROM changed))
                    RETURNING 1
                )
                %s
                """.formatted(before, change, answer);
    }

    /** From here on comparing each with each takes longer than a transaction with a setting of its own. */
    private static final int MANY = 20;

    /**
     * As {@link #run}, for a statement that finds its rows by {@code id = ANY (…)} and joins them with what is to become of
     * them: hundreds of them by hashing. The planner believes the tables empty, as they were a minute ago, and would compare
     * each with each.
     *
     * @param rows how many there are; none: nothing is done
     */
    <T> List<T> runOfMany(String announcement, int rows, Function<Row, T> mapper, Object... parameters) {
        if (rows == 0) {
            return List.of();
        }
        if (rows < MANY) {
            return run(announcement, mapper, parameters);
        }
        return sql.inTransaction(() -> {
            sql.list("SELECT set_config('enable_nestloop', 'off', true)", row -> true);
            return run(announcement + "-- many", mapper, parameters); // another text, so that it has a plan of its own
        });
    }

    /** Runs a statement made by {@link #of}, and signals what it did once it is committed. */
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
            wakeups.tell(Wakeups.MOVED);
        }
        if (due.get()) {
            wakeups.tell(Wakeups.DUE);
        }
        return answers;
    }
}
