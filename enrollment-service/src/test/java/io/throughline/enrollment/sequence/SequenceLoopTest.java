package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.enroll;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.enrolling.ContactsEnrolled;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class SequenceLoopTest {

    @Inject
    PlanDueSteps plan;

    @Inject
    Sql sql;

    private record Running(boolean enabled, int batch, Duration poll) implements SequenceSettings {}

    /** It would look by itself only after an hour. */
    @Test
    void plansWhenItIsRungAndNothingAfterItsEnd() throws InterruptedException {
        TestKey ann = TestKeys.issue();
        UUID instance = anInstance(ann.tenantId()).steps(1).active().published();
        SequenceLoop loop = new SequenceLoop(plan, new Running(true, 10, Duration.ofHours(1)));
        try {
            for (int person = 1; person <= 25; person++) {
                enroll(ann, instance, aContact(ann, "p" + person + "@example.com"));
                loop.ring(new ContactsEnrolled());
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(messages(instance)).isEqualTo(25));
        } finally {
            loop.close(new ShutdownEvent());
        }
        enroll(ann, instance, aContact(ann, "late@example.com"));
        loop.ring(new ContactsEnrolled());
        assertThat(messages(instance)).isEqualTo(25);
        assertThat(plan.run(10)).isEqualTo(1);
    }

    @Test
    void endsThoughItNeverRan() throws InterruptedException {
        new SequenceLoop(plan, new Running(false, 10, Duration.ofHours(1))).close(new ShutdownEvent());
    }

    private int messages(UUID instance) {
        return sql.one("""
                SELECT count(*) AS planned FROM message JOIN enrollment ON enrollment.id = enrollment_id
                WHERE instance_id = ?
                """, row -> row.integer("planned"), instance);
    }
}
