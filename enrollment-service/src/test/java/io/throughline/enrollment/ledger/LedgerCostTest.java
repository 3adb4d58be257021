package io.throughline.enrollment.ledger;

import static io.throughline.enrollment.Campaigns.anInstance;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.RowsRead;
import io.throughline.enrollment.Steps;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One instance with 200,000 enrollments and 400,000 messages beside 1,000 others that wait. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class LedgerCostTest {

    private static final int ENROLLMENTS = 100_000;
    private static final int OTHERS = 1_000;

    @Inject
    CloseLedgers close;

    @Inject
    LedgerStore ledgers;

    @Inject
    Steps steps;

    @Inject
    Sql sql;

    private UUID tenant;
    private UUID instance;

    @BeforeEach
    void aLargeInstanceAmongMany() {
        steps.drain();
        tenant = TestKeys.issue().tenantId();
        instance = anInstance(tenant).steps(3).active().published();
        sql.update("""
                INSERT INTO instance_copy (id, tenant_id, sender, status, version, first_due_at)
                SELECT uuidv7(), ?, 'ann@example.com', 'active', 1, now() FROM generate_series(1, ?)
                """, tenant, OTHERS);
        sql.update("""
                INSERT INTO enrollment (tenant_id, instance_id, contact_id, due_at)
                SELECT tenant_id, id, uuidv7(), now() + interval '1 day' FROM instance_copy WHERE tenant_id = ? AND id <> ?
                """, tenant, instance);
        sql.update("""
                INSERT INTO enrollment (tenant_id, instance_id, contact_id, status, step_number, planned_step, end_reason)
                SELECT ?, ?, uuidv7(), 'replied', 2, 2, 'reply' FROM generate_series(1, ?)
                """, tenant, instance, ENROLLMENTS);
        sql.update("""
                INSERT INTO message (id, tenant_id, enrollment_id, instance_id, step_number, channel, status)
                SELECT uuidv7(), tenant_id, id, instance_id, step, 'email', 'sent'
                FROM enrollment, generate_series(1, 2) AS step WHERE tenant_id = ? AND instance_id = ?
                """, tenant, instance);
        sql.update("VACUUM ANALYZE message");
        sql.update("VACUUM ANALYZE enrollment");
    }

    /** For the tests that come after in this database. */
    @AfterEach
    void over() {
        sql.update("UPDATE instance_copy SET status = 'draft' WHERE tenant_id = ?", tenant);
    }

    @Test
    void countsWithoutReadingMessagesAndClosesWithoutCounting() {
        assertThat(RowsRead.of("message", this::count)).as("messages to count").isLessThan(1000);
        assertThat(RowsRead.of("enrollment", this::count))
                .as("enrollments to count")
                .isLessThan(2 * ENROLLMENTS);
        long began = System.nanoTime();
        Ledger ledger = count();
        System.out.println("LedgerCostTest: counted in "
                + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
        assertThat(ledger.closed()).isTrue();
        assertThat(ledger.total().sent()).isEqualTo(2 * ENROLLMENTS);
        assertThat(ledger.total().skipped()).isEqualTo(ENROLLMENTS);

        // Of each that waits one row, of the large one none but the one that shows it has somebody.
        assertThat(RowsRead.of("enrollment", close::run)).as("to close").isLessThan(4 * OTHERS);
        assertThat(count().closedAt()).isNotNull();
        assertThat(RowsRead.of("enrollment", close::run)).as("to see nothing").isLessThan(4 * OTHERS);
        assertThat(RowsRead.of("enrollment", steps::drain))
                .as("with nothing due")
                .isZero();
    }

    private Ledger count() {
        return ledgers.count(tenant, instance).orElseThrow();
    }
}
