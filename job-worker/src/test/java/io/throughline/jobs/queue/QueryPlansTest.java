package io.throughline.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Beside 200,000 finished jobs the hot statements still touch only what they answer. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class QueryPlansTest {

    @Inject
    Sql sql;

    @Inject
    JobList list;

    @Inject
    JobSelection selection;

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

    @Test
    void noConnectionOfTheServiceReadsWholeTablesWhereThereIsAnIndex() {
        String setting = sql.one("SHOW enable_seqscan", row -> row.text("enable_seqscan"));
        assertThat(setting).isEqualTo("off");
    }

    /** The plan inside the function: what it reads does not grow with what is finished or waits behind. */
    @Test
    void claimsReadLittleMoreThanTheyTakeAlthoughThePlannerSawNoLease() {
        sql.update("VACUUM ANALYZE job_lease");
        sql.list(
                "SELECT * FROM claim_jobs('{plan_waiting}', '{500}', '{NULL}', 'warm', 60000, '{}', '{}', '{}', '{}', '{}')",
                row -> true);
        String plan = plan(
                "SELECT * FROM claim_jobs('{plan_waiting}', '{20}', '{NULL}', 'plans', 60000, '{}', '{}', '{}', '{}', '{}')");
        long claimed = sql.one("SELECT count(*) AS n FROM job_lease WHERE worker_id = 'plans'", row -> row.number("n"));
        assertThat(claimed).isEqualTo(20);
        sql.update("DELETE FROM job_lease WHERE worker_id IN ('warm', 'plans')");
        Matcher buffers = Pattern.compile("Buffers: shared hit=(\\d+)").matcher(plan);
        assertThat(buffers.find()).as(plan).isTrue();
        assertThat(Integer.parseInt(buffers.group(1))).as(plan).isLessThan(3000);
    }

    /** The statement of the function as it is, with the function's settings and parameters in place of their names. */
    @Test
    void aClaimLooksUpWhatItLeasedWhateverThePlannerBelieves() {
        String plan = sql.inTransaction(() -> {
            sql.list("""
                    SELECT set_config(split_part(setting, '=', 1), split_part(setting, '=', 2), true)
                    FROM pg_proc, unnest(proconfig) AS setting WHERE proname = 'claim_jobs'
                    """, row -> true);
            String claim = sql.one("SELECT prosrc FROM pg_proc WHERE proname = 'claim_jobs'", row -> row.text("prosrc"))
                    .replace(
                            "unnest(types, free, caps)",
                            "unnest('{plan_waiting}'::text[], '{500}'::int[], '{NULL}'::int[])")
                    .replace(
                            "unnest(done_types, done_tenants, done_priorities, done_run_ats, done_ids)",
                            "unnest('{}'::text[], '{}'::uuid[], '{}'::int[], '{}'::timestamptz[], '{}'::uuid[])")
                    .replace("(done_types)", "('{}'::text[])")
                    .replace("SELECT id, chosen.fence, worker,", "SELECT id, chosen.fence, 'compares',")
                    .replace("lease_ms *", "60000 *");
            return plan(claim);
        });
        long claimed =
                sql.one("SELECT count(*) AS n FROM job_lease WHERE worker_id = 'compares'", row -> row.number("n"));
        sql.update("DELETE FROM job_lease WHERE worker_id = 'compares'");
        assertThat(claimed).isEqualTo(500);
        // A join would be made by hash here, too, where the figures are good, and by comparing each with each where
        // they are not.
        assertThat(plan).contains("hashed SubPlan").doesNotContain("Semi Join");
    }

    @Test
    void countsUnfinishedJobsAlongTheSmallIndexesAlone() {
        String plan = plan(QueueDepth.DEPTHS);
        assertThat(indexes(plan)).containsOnly("job_is_due", "job_lease_one_per_job");
        assertThat(plan).doesNotContain("Seq Scan");
        assertThat(rowsRead(plan)).as(plan).isBetween(2000L, 3 * 2000L);
    }

    private static Set<String> indexes(String plan) {
        return Pattern.compile("Index .*? (?:using|on) (\\w+)")
                .matcher(plan)
                .results()
                .map(each -> each.group(1))
                .filter(name -> !name.equals("job"))
                .collect(Collectors.toSet());
    }

    /** By scans of the table or its indexes, repeated ones as often as they were. */
    private static long rowsRead(String plan) {
        return Pattern.compile("(?:Index|Seq|Heap) .*Scan.*actual time=\\S+ rows=([\\d.]+) loops=(\\d+)")
                .matcher(plan)
                .results()
                .mapToLong(each -> Math.round(Double.parseDouble(each.group(1)) * Long.parseLong(each.group(2))))
                .sum();
    }

    private static List<JobFilter> everyFilter(String text) {
        Instant dayAgo = Instant.now().minus(Duration.ofDays(1));
        Instant hourAgo = Instant.now().minus(Duration.ofHours(1));
        return List.of(
                new JobFilter(null, null, null, null, text),
                new JobFilter(JobStatus.FAILED, null, null, null, text),
                new JobFilter(null, "plan_a", null, null, text),
                new JobFilter(null, null, dayAgo, null, text),
                new JobFilter(JobStatus.COMPLETED, null, null, hourAgo, text),
                new JobFilter(null, "plan_b", null, hourAgo, text),
                new JobFilter(JobStatus.FAILED, "plan_a", null, null, text));
    }

    /** In {@link #fill}: a and b completed, a failed, waiting ones. */
    private static final int TYPES_AND_STATUSES = 4;

    @Test
    void listsByEveryFilterFromTheFirstEntriesOfEachTypeAndStatus() {
        for (JobFilter filter : everyFilter(null)) {
            JobQuery query = JobList.plain(tenant, filter, null, 51);
            String plan = plan(query.sql(), query.parameters());
            assertThat(plan)
                    .as(filter.toString())
                    .contains("Index Only Scan Backward using job_listed")
                    .doesNotContain("Seq Scan");
            assertThat(rowsRead(plan)).as(plan).isLessThanOrEqualTo(TYPES_AND_STATUSES * 51 + 2 * 51 + 10);
        }
    }

    @Test
    void seeksATextInNoMoreJobsThanItSays() {
        for (JobFilter filter : everyFilter("nowhere")) {
            JobQuery query = list.sought(tenant, filter, null, 51);
            String plan = plan(query.sql(), query.parameters());
            assertThat(plan).as(filter.toString()).contains("job_listed").doesNotContain("Seq Scan");
            assertThat(rowsRead(plan))
                    .as(plan)
                    .isLessThanOrEqualTo((TYPES_AND_STATUSES + 1) * JobList.LOOKED_AT
                            + TYPES_AND_STATUSES * JobList.LOOKED_AT / 8
                            + 20);
            assertThat(rowsOfTheTable(plan)).as(plan).isLessThanOrEqualTo(JobList.LOOKED_AT + 1);
        }
    }

    @Test
    void readsLittleMoreForATextHoweverManyTypesThereAre() {
        UUID many = Ids.next();
        sql.update("""
                INSERT INTO job (id, tenant_id, user_id, type, priority, status, run_at, created_at, completed_at)
                SELECT uuidv7(), ?, ?, 'plan_' || n % 20, 1, 'completed', now(), now() - n * interval '1 second', now()
                FROM generate_series(1, 30000) AS n
                """, many, many);
        JobQuery query = list.sought(many, new JobFilter(null, null, null, null, "nowhere"), null, 51);
        String plan = plan(query.sql(), query.parameters());
        assertThat(rowsOfTheTable(plan)).as(plan).isEqualTo(JobList.LOOKED_AT);
        assertThat(rowsRead(plan)).as(plan).isLessThan(20 * JobList.LOOKED_AT / 8 + 2 * JobList.LOOKED_AT + 200);
    }

    @Test
    void stopsSeekingATextWhenThePageIsFull() {
        JobQuery query = list.sought(tenant, new JobFilter(null, null, null, null, "plan_"), null, 51);
        String plan = plan(query.sql(), query.parameters());
        assertThat(rowsOfTheTable(plan)).as(plan).isBetween(51L, 200L);
    }

    private static long rowsOfTheTable(String plan) {
        return rowsRead(plan.lines()
                .filter(line -> line.contains("Index Scan using job_pk"))
                .collect(Collectors.joining("\n")));
    }

    @Test
    void walksABulkChangeAlongTheIndexForLists() {
        JobQuery query = selection.looked(
                new JobQuery(),
                new JobSelection.Among(
                        tenant, JobFilter.ALL, List.of(JobStatus.PENDING, JobStatus.PROCESSING), List.of("bulk")),
                null,
                500);
        String plan = plan(query.sql(), query.parameters());
        assertThat(plan).contains("job_listed").doesNotContainPattern("Seq Scan on job\\b");
        // Entries of jobs and, of each, of a lease: there may be those of leases that are gone.
        assertThat(rowsRead(plan)).as(plan).isLessThanOrEqualTo(2 * (500 + 500 / 8) + 20);
    }

    /** In the middle of a batch, with 300 behind it. They are gone again before the relay could see them. */
    @Test
    void opensAsManyBatchesOfEventsAsItAnswersFrom() {
        UUID told = Ids.next();
        String plan = sql.inTransaction(() -> {
            List<Long> batches = sql.list("""
                    INSERT INTO job_event_batch (xid, tenant_id, type, job_ids)
                    SELECT '3', ?, 'job.completed', array_fill(?::uuid, '{400}') FROM generate_series(1, 300)
                    RETURNING id
                    """, row -> row.number("id"), told, told);
            Object[] asked = {"3", batches.getFirst() + 299, 200, Sql.array("uuid", List.of(told))};
            String query = "WITH " + EventOrder.ASKED + EventOrder.next("tenant_id = ANY (?)");
            List<Long> events = sql.list(query, row -> row.number("id"), asked);
            assertThat(events).hasSize(200).isSorted().startsWith(batches.getFirst() + 300);
            assertThat(events).endsWith(batches.get(1) + 99);
            String seen = plan(query, asked);
            sql.update("DELETE FROM job_event_batch WHERE tenant_id = ?", told);
            return seen;
        });
        Matcher opened =
                Pattern.compile("Function Scan on unnest one .*loops=(\\d+)").matcher(plan);
        assertThat(opened.find()).as(plan).isTrue();
        assertThat(Integer.parseInt(opened.group(1))).as(plan).isLessThan(5);
    }
}
