package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.enroll;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Campaigns;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.Steps;
import io.throughline.enrollment.enrolling.ContactsEnrolled;
import io.throughline.enrollment.ledger.CloseLedgers;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class SequenceLoopTest {

    @Inject
    PlanDueSteps plan;

    @Inject
    CloseLedgers ledgers;

    @Inject
    Sql sql;

    @Inject
    Steps steps;

    @BeforeEach
    void nothingOfOtherTestsIsDue() {
        steps.drain();
    }

    private record Running(boolean enabled, int batch, Duration poll) implements SequenceSettings {}

    /** It would look by itself only after an hour. */
    @Test
    void plansWhenItIsRungAndNothingAfterItsEnd() throws InterruptedException {
        TestKey ann = TestKeys.issue();
        UUID instance = anInstance(ann.tenantId()).steps(1).active().published();
        SequenceLoop loop = new SequenceLoop(plan, ledgers, new Running(true, 10, Duration.ofHours(1)));
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

    /** From the campaign's event to the first message, and to the last one, with a loop that only looks when it is rung. */
    @Test
    void obeysActivatePauseAndResumeWithinTwoSeconds() throws InterruptedException {
        TestKey ann = TestKeys.issue();
        Campaigns campaign = anInstance(ann.tenantId()).steps(1);
        UUID instance = campaign.published();
        enroll(ann, instance, aContact(ann, "first@example.com"));
        SequenceLoop loop = new SequenceLoop(plan, ledgers, new Running(true, 10, Duration.ofMillis(250)));
        try {
            campaign.active().published();
            within2Seconds(() -> assertThat(messages(instance)).isEqualTo(1));
            long paused = System.nanoTime();
            campaign.status("paused").published();
            assertThat(Duration.ofNanos(System.nanoTime() - paused)).isLessThan(Duration.ofSeconds(2));
            enroll(ann, instance, aContact(ann, "second@example.com"));
            loop.ring(new ContactsEnrolled());
            Awaitility.await()
                    .during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> messages(instance) == 1);
            campaign.active().published();
            within2Seconds(() -> assertThat(messages(instance)).isEqualTo(2));
        } finally {
            loop.close(new ShutdownEvent());
        }
    }

    private static void within2Seconds(org.awaitility.core.ThrowingRunnable expected) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(expected);
    }

    @Test
    void endsThoughItNeverRan() throws InterruptedException {
        new SequenceLoop(plan, ledgers, new Running(false, 10, Duration.ofHours(1))).close(new ShutdownEvent());
    }

    private int messages(UUID instance) {
        return sql.one("""
                SELECT count(*) AS planned FROM message WHERE instance_id = ?
                """, row -> row.integer("planned"), instance);
    }
}
