package io.throughline.enrollment.enrolling;

import static io.throughline.enrollment.Campaigns.anInstance;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.RowsRead;
import io.throughline.enrollment.contact.ContactFilter;
import io.throughline.enrollment.enrolling.EnrollingStore.Target;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Among 100,000 enrollments, a statement reads as many rows as it answers with. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class EnrollingCostTest {

    private static final int PEOPLE = 100_000;

    @Inject
    EnrollingStore enrolling;

    @Inject
    EnrollmentStore enrollments;

    @Inject
    Sql sql;

    @Test
    void readsNoMoreThanItAnswers() {
        UUID tenant = TestKeys.issue().tenantId();
        UUID instance = anInstance(tenant).steps(1).published();
        List<UUID> contacts = People.contacts(tenant, PEOPLE);
        sql.update("ANALYZE contact");
        UUID middle =
                contacts.stream().sorted(EnrollingCostTest::unsigned).toList().get(PEOPLE / 2);
        Target target = new Target(tenant, instance, "{}", false);

        assertThat(RowsRead.of(
                        "contact",
                        () -> assertThat(enrolling
                                        .byFilter(target, ContactFilter.EVERYBODY, middle, 1000)
                                        .created())
                                .isEqualTo(1000)))
                .as("a chunk from the middle")
                .isLessThanOrEqualTo(1100);
        List<UUID> some = contacts.subList(0, 500);
        assertThat(RowsRead.of("contact", () -> enrolling.byIds(target, some))).isLessThanOrEqualTo(600);
        assertThat(RowsRead.of("contact", () -> enrolling.unknown(tenant, some)))
                .isLessThanOrEqualTo(600);
        assertThat(RowsRead.of("contact", () -> enrolling.byEmail(target, "p77@example.org")))
                .isLessThanOrEqualTo(1);

        sql.update("""
                INSERT INTO enrollment (tenant_id, instance_id, contact_id, status)
                SELECT tenant_id, ?, id, CASE WHEN random() < 0.5 THEN 'active' ELSE 'completed' END
                FROM contact WHERE tenant_id = ? ON CONFLICT DO NOTHING
                """, instance, tenant);
        sql.update("ANALYZE enrollment");
        assertThat(RowsRead.of(
                        "enrollment",
                        () -> assertThat(enrollments.page(tenant, instance, null, null, 50))
                                .hasSize(51)))
                .as("a page")
                .isLessThanOrEqualTo(60);
        UUID half = sql.one(
                "SELECT id FROM enrollment WHERE instance_id = ? ORDER BY id OFFSET ? LIMIT 1",
                row -> row.uuid("id"),
                instance,
                PEOPLE / 2);
        Cursor halfway = Cursor.of(half);
        assertThat(RowsRead.of("enrollment", () -> enrollments.page(tenant, instance, null, halfway, 50)))
                .as("a page from the middle")
                .isLessThanOrEqualTo(60);
        sql.update(
                "UPDATE enrollment SET status = 'replied' WHERE instance_id = ? AND contact_id = ?", instance, middle);
        assertThat(RowsRead.of(
                        "enrollment",
                        () -> assertThat(enrollments.page(tenant, instance, EnrollmentStatus.REPLIED, null, 50))
                                .hasSize(1)))
                .as("the one who replied")
                .isLessThanOrEqualTo(60);
        assertThat(RowsRead.of("contact", () -> enrollments.page(tenant, instance, EnrollmentStatus.ACTIVE, null, 50)))
                .as("contacts of a page")
                .isLessThanOrEqualTo(60);
    }

    private static int unsigned(UUID a, UUID b) {
        return a.toString().compareTo(b.toString());
    }
}
