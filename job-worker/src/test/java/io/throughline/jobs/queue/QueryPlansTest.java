package io.throughline.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Beside 200,000 finished jobs the hot statements still touch only what they answer. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class QueryPlansTest {

    @Inject
    Sql sql;

    private static final int PARTS = 20;

    /** Filled once for all tests of the class; rows of a tenant of its own disturb nobody. */
    private static UUID filled;

    private UUID tenant;

    @BeforeEach
    void fill() {
        if (filled == null) {
            tenant = Ids.next();
            IntStream.range(0, PARTS).forEach(this::addFinished);
            addUnfinished();
            sql.update("ANALYZE job");
            filled = tenant;
        }
        tenant = filled;
    }

    /** In parts, each well within the statement time-out of a busy machine. */
    private void addFinished(int part) {
        sql.update("""
                INSERT INTO job (id, tenant_id, user_id, type, priority, status, run_at, created_at, completed_at)
                SELECT uuidv7(), ?, ?, CASE WHEN n % 2 = 0 THEN 'plan_a' ELSE 'plan_b' END, 1,
                       CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'completed' END,
                       now() - n * interval '1 second', now() - n * interval '1 second', now()
                FROM generate_series(? + 1, ? + 10000) AS n
                """, tenant, tenant, part * 10_000, part * 10_000);
    }

    private void addUnfinished() {
        sql.update("""
                INSERT INTO job (id, tenant_id, user_id, type, priority, run_at)
                SELECT uuidv7(), ?, ?, 'plan_waiting', 1, now() FROM generate_series(1, 2000) AS n
                """, tenant, tenant);
    }

    private String plan(String query, Object... parameters) {
        return String.join(
                "\n",
                sql.list("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + query, row -> row.text("QUERY PLAN"), parameters));
    }

    /** The plan inside the function: what it reads does not grow with what is finished or waits behind. */
    @Test
    void claimsReadLittleMoreThanTheyTake() {
        sql.list("SELECT * FROM claim_jobs('{plan_waiting}', '{10}', '{NULL}', 'warm', 60000)", row -> true);
        String plan = plan("SELECT * FROM claim_jobs('{plan_waiting}', '{20}', '{NULL}', 'plans', 60000)");
        long claimed = sql.one("SELECT count(*) AS n FROM job_lease WHERE worker_id = 'plans'", row -> row.number("n"));
        assertThat(claimed).isEqualTo(20);
        sql.update("DELETE FROM job_lease WHERE worker_id IN ('warm', 'plans')");
        Matcher buffers = Pattern.compile("Buffers: shared hit=(\\d+)").matcher(plan);
        assertThat(buffers.find()).as(plan).isTrue();
        assertThat(Integer.parseInt(buffers.group(1))).as(plan).isLessThan(1500);
    }

    @Test
    void countsUnfinishedJobsWithoutReadingFinishedOnes() {
        String plan = plan("SELECT type, count(*) FROM job WHERE completed_at IS NULL GROUP BY type");
        assertThat(plan).contains("job_is_due").doesNotContain("Seq Scan");
    }

    @Test
    void listsByEveryFilterInIndexOrder() {
        for (String filter : new String[] {
            "",
            "AND status = 'failed'",
            "AND type = 'plan_a'",
            "AND created_at >= now() - interval '1 day'",
            "AND status = 'completed' AND created_at < now() - interval '1 hour'",
            "AND type = 'plan_b' AND created_at < now() - interval '1 hour'",
            "AND status = 'failed' AND type = 'plan_a'"
        }) {
            String plan = plan(
                    "SELECT id FROM job WHERE tenant_id = ? " + filter + " ORDER BY created_at DESC, id DESC LIMIT 51",
                    tenant);
            assertThat(plan)
                    .as(filter)
                    .contains("job_newest")
                    .doesNotContain("Seq Scan")
                    .doesNotContain("Sort Method");
        }
    }
}
