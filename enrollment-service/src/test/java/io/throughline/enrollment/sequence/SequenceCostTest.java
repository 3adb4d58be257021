package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Campaigns;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.RowsRead;
import io.throughline.enrollment.sequence.StandingStore.Named;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Among 100,000 due enrollments, a batch reads as many as it takes. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class SequenceCostTest {

    private static final int ENROLLMENTS = 100_000;
    private static final int BATCH = 500;

    @Inject
    SequenceStore sequence;

    @Inject
    StandingStore standings;

    @Inject
    PlanDueSteps plan;

    @Inject
    SequenceLoop loop;

    @Inject
    Sql sql;

    @Test
    void readsNoMoreThanTheBatch() {
        int left;
        do {
            left = loop.runOnce();
        } while (left > 0);
        UUID tenant = TestKeys.issue().tenantId();
        Campaigns campaign = anInstance(tenant).steps(2).active();
        UUID instance = campaign.published();
        List<Named> enrolled = sql.list("""
                INSERT INTO enrollment (tenant_id, instance_id, contact_id, due_at)
                SELECT ?, ?, uuidv7(), now() - n * interval '1 second' FROM generate_series(1, ?) AS n RETURNING id
                """, row -> new Named(tenant, row.uuid("id")), tenant, instance, ENROLLMENTS);
        sql.update("ANALYZE enrollment");
        List<Named> some = enrolled.subList(0, 2000);

        assertThat(RowsRead.of(
                        "enrollment", () -> assertThat(sequence.claim(BATCH)).hasSize(BATCH)))
                .as("a claim: each row, and once more among the enrollments of its contact")
                .isLessThanOrEqualTo(2 * BATCH + 100);
        assertThat(RowsRead.of(
                        "enrollment", () -> assertThat(standings.lock(some)).hasSize(2000)))
                .as("locking")
                .isLessThanOrEqualTo(2 * 2000 + 100);
        assertThat(RowsRead.of(
                        "enrollment",
                        () -> standings.move(standings.lock(some).stream()
                                .map(Standing::planned)
                                .toList())))
                .as("locking and moving")
                .isLessThanOrEqualTo(4 * 2000 + 100);
        assertThat(RowsRead.of("enrollment", () -> plan.run(BATCH)))
                .as(
                        "planning: a claim, and each row once more when it is moved and looked at for those who wait for it")
                .isLessThanOrEqualTo(5 * BATCH + 100);
        campaign.status("completed").published();
        assertThat(RowsRead.of(
                        "enrollment", () -> assertThat(sequence.claim(BATCH)).isEmpty()))
                .as("a claim with nothing due")
                .isZero();
    }
}
