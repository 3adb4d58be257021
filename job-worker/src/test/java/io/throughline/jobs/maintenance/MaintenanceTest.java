package io.throughline.jobs.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.queue.JobFilter;
import io.throughline.jobs.queue.JobList;
import io.throughline.jobs.queue.JobStatus;
import io.throughline.jobs.schedule.SystemSchedules;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class MaintenanceTest {

    @Inject
    JobList jobs;

    @Inject
    Sql sql;

    private Instant now() {
        return sql.one("SELECT clock_timestamp() AS now", row -> row.instant("now"));
    }

    private List<JobView> completedSince(Instant since) {
        return jobs.page(
                        SystemSchedules.TENANT,
                        new JobFilter(JobStatus.COMPLETED, Maintenance.NAME, since, null, null),
                        null,
                        null,
                        10)
                .jobs();
    }

    /** The schedule is made due; the rest is the service's own doing. */
    @Test
    void runsTheChoresOfAllFeaturesByItsOwnSchedule() {
        UUID forgotten = Ids.next();
        sql.update("""
                INSERT INTO stream_ticket (ticket_hash, tenant_id, user_id, key_id, scopes, expires_at)
                VALUES (?, ?, ?, ?, '{}', now() - interval '2 days')
                """, forgotten.toString(), forgotten, forgotten, forgotten);
        Instant start = now();
        // Another id: the slot of this minute may have had its job.
        sql.update("""
                UPDATE schedule SET id = ?, next_at = next_at - interval '1 minute'
                WHERE tenant_id = ? AND name = ?
                """, Ids.next(), SystemSchedules.TENANT, Maintenance.NAME);
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(completedSince(start)).isNotEmpty());
        Map<?, ?> result = (Map<?, ?>) completedSince(start).getFirst().result();
        assertThat(result.get("failed")).isEqualTo(0);
        Map<?, ?> chores = (Map<?, ?>) result.get("chores");
        assertThat(chores.keySet())
                .map(String::valueOf)
                .contains(
                        "imports.OldFiles",
                        "outreach.Forgotten",
                        "push.Tickets",
                        "queue.OldEvents",
                        "queue.OldFigures");
        assertThat(((Map<?, ?>) chores.get("push.Tickets")).get("millis")).isInstanceOf(Number.class);
        assertThat(sql.list("SELECT 1 FROM stream_ticket WHERE ticket_hash = ?", row -> 1, forgotten.toString()))
                .isEmpty();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(sql.list(
                                "SELECT 1 FROM pg_stat_user_tables WHERE relname = 'job' AND last_analyze IS NOT NULL",
                                row -> 1))
                        .hasSize(1));
    }

    @Test
    void aChoreThatFailsHoldsUpNoOther() {
        int[] runs = {0};
        Maintenance maintenance = new Maintenance(List.of(
                () -> {
                    throw new IllegalStateException("no room");
                },
                () -> runs[0]++));
        assertThat(maintenance.attemptAll(done -> {}).failed()).isEqualTo(1);
        assertThat(runs[0]).isEqualTo(1);
        assertThat(maintenance.attemptAll(done -> {}).chores().values())
                .extracting(Maintenance.Done::failure)
                .containsExactlyInAnyOrder("no room", null);
    }
}
