package io.throughline.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.jobs.queue.QueueDepth.Depth;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class QueueDepthTest {

    @Inject
    QueueDepth depth;

    @Inject
    Sql sql;

    @Inject
    Clock clock;

    @Inject
    MeterRegistry registry;

    private final String type = "depth_" + Ids.next();
    private final UUID tenant = Ids.next();

    @AfterEach
    void clean() {
        TestClock.reset();
        sql.update("DELETE FROM job WHERE tenant_id = ?", tenant);
        sql.update("DELETE FROM job_lease WHERE worker_id = 'depth'");
    }

    private void make(String ofType, String status, int count, int secondsAgo) {
        sql.update("""
                INSERT INTO job (id, tenant_id, user_id, type, priority, status, run_at, completed_at)
                SELECT uuidv7(), ?, ?, ?, 1, status, now() - ? * interval '1 second',
                       CASE WHEN status = 'completed' THEN now() END
                FROM generate_series(1, ?), (VALUES (?)) AS given(status)
                """, tenant, tenant, ofType, secondsAgo, count, status);
    }

    @Test
    void tellsWhatWaitsAndRunsByType() {
        make(type, "pending", 3, 100);
        make(type, "pending", 2, -1000);
        make(type, "processing", 3, 500);
        make(type, "pending", 1, 700);
        sql.update("""
                INSERT INTO job_lease (job_id, worker_id, tenant_id, type, attempt, lease_until)
                SELECT id, 'depth', tenant_id, type, 1, now() + interval '1 hour' FROM job
                WHERE job.type = ? AND run_at < now() - interval '600 seconds'
                """, type);
        make(type, "completed", 50, 500);
        make(type + "_later", "pending", 1, -1000);
        make(type + "_running", "processing", 1, 10);
        var byType = new QueueDepth(sql, clock).byType();
        Depth mixed = byType.get(type);
        assertThat(mixed.pending()).isEqualTo(5);
        assertThat(mixed.due()).isEqualTo(3);
        assertThat(mixed.processing()).isEqualTo(4);
        assertThat(mixed.oldestAgeSeconds()).isBetween(99L, 160L);
        assertThat(byType.get(type + "_later")).isEqualTo(new Depth(type + "_later", 1, 0, 0, 0));
        assertThat(byType.get(type + "_running")).isEqualTo(new Depth(type + "_running", 0, 0, 1, 0));
    }

    @Test
    void asksTheDatabaseOnceInFiveSeconds() {
        QueueDepth fresh = new QueueDepth(sql, clock);
        TestClock.set(clock.instant().plusSeconds(3600));
        make(type, "pending", 1, 0);
        assertThat(fresh.byType().get(type).pending()).isEqualTo(1);
        make(type, "pending", 1, 0);
        TestClock.advance(QueueDepth.KEPT.minusSeconds(2));
        assertThat(fresh.byType().get(type).pending()).isEqualTo(1);
        TestClock.advance(QueueDepth.KEPT);
        assertThat(fresh.byType().get(type).pending()).isEqualTo(2);
    }

    @Test
    void hasAGaugeForEveryTypeThereIs() {
        TestClock.advance(QueueDepth.KEPT.multipliedBy(2));
        make("maintenance", "pending", 7, -100_000);
        double before = registry.get("throughline.jobs.pending")
                .tag("type", "maintenance")
                .gauge()
                .value();
        assertThat(before).isGreaterThanOrEqualTo(7);
        for (String name : new String[] {"pending", "due", "processing", "oldest.due.age"}) {
            assertThat(registry.get("throughline.jobs." + name)
                            .tag("type", "echo")
                            .gauge()
                            .value())
                    .as(name)
                    .isGreaterThanOrEqualTo(0);
        }
    }
}
