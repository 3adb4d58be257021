package io.throughline.enrollment.ledger;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.Engagements.happened;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.throughline.enrollment.Campaigns;
import io.throughline.enrollment.Engagements;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Sequences;
import io.throughline.enrollment.Steps;
import io.throughline.enrollment.Topic;
import io.throughline.events.Topics;
import io.throughline.events.campaign.InstanceSnapshot.Variant;
import io.throughline.events.enrollment.InstanceLedgerChanged;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every step of every enrollment is accounted for, and an instance is finished when nothing is open. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class LedgerTest {

    @Inject
    CloseLedgers close;

    @Inject
    Steps steps;

    @Inject
    Sql sql;

    private final Instant longAgo = Instant.parse("2026-10-01T00:00:00Z");
    private TestKey ann;
    private Campaigns campaign;
    private UUID instance;
    private Engagements engagements;

    @BeforeEach
    void aTenant() {
        ann = TestKeys.issue();
        campaign = anInstance(ann.tenantId());
    }

    @Test
    void countsEachStepOfEachEnrollmentOnce() {
        start(campaign.steps(1).stepIf(Map.of("if", "opened")).steps(1));
        UUID whole = enrolled("whole");
        UUID replied = enrolled("replied");
        UUID bounced = enrolled("bounced");
        UUID unknown = enrolled("unknown");
        UUID opener = enrolled("opener");
        UUID paused = enrolled("paused");
        change(paused, "pause");
        UUID stopped = enrolled("stopped");
        change(stopped, "stop");
        steps.drain();
        happened(List.of(
                told(whole, "sent", 1),
                told(replied, "sent", 1),
                told(replied, "replied", 1),
                told(bounced, "bounced", 1),
                told(unknown, "unknown", 1),
                told(opener, "opened", 1),
                told(opener, "sent", 1)));
        steps.drain();
        happened(List.of(told(whole, "sent", 3)));
        ledger().body("data.enrolled", equalTo(7))
                .body("data.closed", equalTo(false))
                .body("data.total.entries", equalTo(21))
                .body("data.steps[0].figures.sent", equalTo(3))
                .body("data.steps[0].figures.failed", equalTo(1))
                .body("data.steps[0].figures.unknown", equalTo(1))
                .body("data.steps[0].figures.skippedByReason", equalTo(Map.of("stopped_by_user", 1)))
                .body("data.steps[0].figures.waiting", equalTo(1))
                .body("data.steps[1].figures.sent", equalTo(0))
                .body("data.steps[1].figures.underWay", equalTo(1))
                .body("data.steps[1].figures.waiting", equalTo(1))
                .body(
                        "data.steps[1].figures.skippedByReason",
                        equalTo(Map.of(
                                "condition", 1, "reply", 1, "bounce", 1, "previous_unknown", 1, "stopped_by_user", 1)))
                .body("data.steps[2].figures.sent", equalTo(1))
                .body("data.steps[2].figures.waiting", equalTo(2))
                .body("data.total.open", equalTo(5));
        adds();
    }

    @Test
    void closesWhenNothingIsOpenAndOpensAgain() {
        start(campaign.steps(2));
        close.run();
        ledger().body("data.closed", equalTo(false)).body("data.enrolled", equalTo(0));
        UUID bo = enrolled("bo");
        UUID cy = enrolled("cy");
        steps.drain();
        happened(List.of(told(bo, "replied", 1), told(cy, "unknown", 1)));
        close.run();
        ledger().body("data.closed", equalTo(false)).body("data.total.underWay", equalTo(1));
        happened(List.of(told(bo, "sent", 1)));
        close.run();
        close.run();
        ledger().body("data.closed", equalTo(true))
                .body("data.closedAt", notNullValue())
                .body("data.total.sent", equalTo(1))
                .body("data.total.unknown", equalTo(1))
                .body("data.total.skippedByReason", equalTo(Map.of("reply", 1, "previous_unknown", 1)));

        happened(List.of(told(cy, "sent", 1)));
        close.run();
        ledger().body("data.closed", equalTo(false)).body("data.closedAt", nullValue());
        steps.drain();
        happened(List.of(told(cy, "sent", 2)));
        close.run();
        UUID late = enrolled("late");
        close.run();
        change(late, "stop");
        close.run();
        assertThat(Topic.published(Topics.INSTANCE_LEDGERS, ann.tenantId(), InstanceLedgerChanged.class))
                .allSatisfy(each -> assertThat(each.instanceId()).isEqualTo(instance))
                .extracting(each -> each.version() + " " + each.closed())
                .containsExactly("1 true", "2 false", "3 true", "4 false", "5 true");
        ledger().body("data.total.skippedByReason", equalTo(Map.of("reply", 1, "stopped_by_user", 2)));
        adds();
    }

    @Test
    void endsWhoIsStillInAnInstanceThatIsOver() {
        start(campaign.steps(2));
        UUID underWay = enrolled("under-way");
        UUID paused = enrolled("paused");
        change(paused, "pause");
        steps.drain();
        UUID waiting = enrolled("waiting");
        campaign.status("completed").published();
        close.run();
        Sequences sequences = new Sequences(ann.tenantId());
        for (UUID each : List.of(underWay, paused, waiting)) {
            assertThat(sequences.status(each)).isEqualTo("completed instance_completed");
        }
        ledger().body("data.closed", equalTo(false)).body("data.total.underWay", equalTo(1));
        happened(List.of(told(underWay, "sent", 1)));
        close.run();
        ledger().body("data.closed", equalTo(true))
                .body("data.total.sent", equalTo(1))
                .body("data.total.skippedByReason", equalTo(Map.of("instance_completed", 5)));
        adds();
    }

    /** A bulk enrollment began before the instance was over, and its last part came after the ledger closed. */
    @Test
    void endsWhoCameIntoAClosedInstance() {
        start(campaign.steps(1));
        change(enrolled("early"), "stop");
        campaign.status("completed").published();
        close.run();
        sql.update(
                "INSERT INTO enrollment (tenant_id, instance_id, contact_id, due_at) VALUES (?, ?, ?, now())",
                ann.tenantId(),
                instance,
                aContact(ann, "late@example.com"));
        ledger().body("data.closed", equalTo(false));
        close.run();
        ledger().body("data.closed", equalTo(true))
                .body("data.total.skippedByReason", equalTo(Map.of("stopped_by_user", 1, "instance_completed", 1)));
        adds();
    }

    @Test
    void isClosedAtOnceWhenTheInstanceIsOverAndNobodyWasEnrolled() {
        start(campaign.steps(1));
        campaign.status("archived").published();
        close.run();
        ledger().body("data.closed", equalTo(true)).body("data.total.entries", equalTo(0));
    }

    @Test
    void tellsVariantsApart() {
        start(campaign.stepOf(new Variant("A", 1, "a", "a", null), new Variant("B", 0, "b", "b", null)));
        UUID bo = enrolled("bo");
        enrolled("cy");
        steps.drain();
        happened(List.of(told(bo, "sent", 1)));
        ledger().body("data.steps[0].variants.A.sent", equalTo(1))
                .body("data.steps[0].variants.A.underWay", equalTo(1))
                .body("data.steps[0].variants.B", nullValue());
        adds();
    }

    private void start(Campaigns wanted) {
        instance = wanted.active().published();
        engagements = new Engagements(ann.tenantId(), instance);
    }

    private UUID enrolled(String name) {
        return People.enroll(ann, instance, aContact(ann, name + "@example.com"));
    }

    private org.apache.kafka.clients.producer.ProducerRecord<String, byte[]> told(UUID who, String type, int step) {
        return engagements.event(who, type, step, longAgo);
    }

    private void change(UUID enrollment, String action) {
        as(ann).body(Map.of("action", action))
                .patch("/api/enrollments/" + enrollment)
                .then()
                .statusCode(200);
    }

    private ValidatableResponse ledger() {
        return as(ann).get("/api/campaigns/instances/" + instance + "/ledger")
                .then()
                .statusCode(200);
    }

    /** Against what is in the table, counted otherwise. */
    private void adds() {
        var json = ledger().extract().jsonPath();
        long enrolled = json.getLong("data.enrolled");
        assertThat(enrolled).isEqualTo(steps.enrolled(instance));
        int number = json.getList("data.steps").size();
        for (int step = 0; step < number; step++) {
            assertThat(json.getLong("data.steps[" + step + "].figures.entries")).isEqualTo(enrolled);
        }
        assertThat(json.getLong("data.total.entries")).isEqualTo(enrolled * number);
    }
}
