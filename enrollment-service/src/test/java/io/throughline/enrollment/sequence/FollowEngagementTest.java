package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.Engagements.happened;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Campaigns;
import io.throughline.enrollment.Engagements;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Topic;
import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What came back over the broker moves the sequence on or stops it. Step 2 comes two days after step 1. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class FollowEngagementTest {

    @Inject
    SequenceLoop loop;

    @Inject
    Sql sql;

    private final Instant longAgo = Instant.parse("2026-10-01T00:00:00Z");
    private TestKey ann;
    private Campaigns campaign;
    private Engagements engagements;
    private UUID enrollment;

    @BeforeEach
    void aPlannedFirstStep() {
        ann = TestKeys.issue();
        campaign = anInstance(ann.tenantId())
                .step("PT0S", "One", "Body")
                .step("PT48H", "Two", "Body")
                .step("PT0S", "Three", "Body")
                .active();
        engagements = new Engagements(ann.tenantId(), campaign.published());
        enrollment = enrolled("bo@example.com");
        drain();
    }

    @Test
    void endsWhenTheSenderLeftTheStepOut() {
        happened(List.of(engagements.event(enrollment, "suppressed", 1)));
        assertThat(shown("status")).isEqualTo("unsubscribed");
        String message =
                sql.one("SELECT status FROM message WHERE enrollment_id = ?", row -> row.text("status"), enrollment);
        assertThat(message).isEqualTo("skipped");
    }

    @Test
    void walksTheStepsEachAfterItsDelay() {
        happened(List.of(engagements.event(enrollment, "sent", 1)));
        drain();
        assertThat(plannedSteps()).as("two days have not passed").containsExactly(1);
        assertThat(shown("stepNumber")).isEqualTo(1);

        sql.update("UPDATE enrollment SET due_at = due_at - interval '2 days' WHERE id = ?", enrollment);
        drain();
        drain();
        assertThat(plannedSteps()).containsExactly(1, 2);

        happened(List.of(engagements.event(enrollment, "sent", 2)));
        drain();
        assertThat(plannedSteps()).containsExactly(1, 2, 3);
        assertThat(shown("status")).isEqualTo("active");

        happened(List.of(engagements.event(enrollment, "sent", 3)));
        drain();
        assertThat(plannedSteps()).containsExactly(1, 2, 3);
        assertThat(shown("stepNumber")).isEqualTo(3);
        assertThat(changes())
                .extracting(EnrollmentChanged::status, EnrollmentChanged::version, EnrollmentChanged::reason)
                .containsExactly(
                        tuple("pending", 1L, null),
                        tuple("active", 2L, null),
                        tuple("completed", 3L, "last_step_sent"));
    }

    @Test
    void movesOnOnceHoweverOftenASendIsTold() {
        ProducerRecord<String, byte[]> sent = engagements.event(enrollment, "sent", 1, longAgo);
        happened(List.of(sent, sent));
        drain();
        happened(List.of(sent, engagements.event(enrollment, "sent", 1), engagements.event(enrollment, "sent", null)));
        drain();
        assertThat(plannedSteps()).containsExactly(1, 2);
    }

    @Test
    void stopsOnWhatRecipientsDoBeforeAndAfterTheSendIsTold() {
        Map<String, String> ends = Map.of(
                "replied", "replied",
                "bounced", "bounced",
                "unsubscribed", "unsubscribed",
                "complained", "unsubscribed",
                "failed", "failed");
        ends.forEach((type, status) -> {
            UUID before = enrolled(type + "-before@example.com");
            UUID after = enrolled(type + "-after@example.com");
            UUID unplanned = enrolled(type + "-unplanned@example.com");
            change(unplanned, "pause");
            drain();
            happened(List.of(
                    engagements.event(before, type, 1),
                    engagements.event(before, "sent", 1, longAgo),
                    engagements.event(after, "sent", 1, longAgo),
                    engagements.event(after, type, 1),
                    engagements.event(unplanned, type, null)));
            drain();
            for (UUID ended : List.of(before, after, unplanned)) {
                assertThat(shown(ended, "status")).as(type).isEqualTo(status);
            }
            assertThat(planned(before)).as(type).containsExactly(1);
            assertThat(planned(after)).as(type).containsExactly(1);
            assertThat(planned(unplanned)).as(type).isEmpty();
        });
        assertThat(changes())
                .filteredOn(change -> change.reason() != null)
                .extracting(EnrollmentChanged::reason)
                .containsOnly("reply", "bounce", "unsubscribe", "complaint", "send_failed", "paused_by_user")
                .hasSize(20);
    }

    @Test
    void takesAReplyOrABounceAfterTheLastStep() {
        happened(List.of(
                engagements.event(enrollment, "sent", 3),
                engagements.event(enrollment, "bounced", 3),
                engagements.event(enrollment, "replied", 3)));
        assertThat(changes())
                .extracting(EnrollmentChanged::status)
                .startsWith("pending", "active")
                .endsWith("replied");
        assertThat(shown("status")).isEqualTo("replied");
    }

    @Test
    void holdsWhatMayHaveBeenSentUntilItIsKnown() {
        happened(List.of(engagements.event(enrollment, "unknown", 1, longAgo)));
        drain();
        assertThat(plannedSteps()).containsExactly(1);
        assertThat(shown("status")).isEqualTo("active");
        assertThat(messageStatus()).isEqualTo("unknown");
        happened(List.of(engagements.event(enrollment, "sent", 1, longAgo)));
        drain();
        assertThat(plannedSteps()).containsExactly(1, 2);
        assertThat(messageStatus()).isEqualTo("sent");
        happened(List.of(engagements.event(enrollment, "unknown", 1, longAgo)));
        assertThat(messageStatus()).as("a message only ever learns more").isEqualTo("sent");
    }

    @Test
    void plansTheNextStepOnceAfterAPauseInWhichASendWasTold() {
        change(enrollment, "pause");
        happened(List.of(engagements.event(enrollment, "sent", 1, longAgo)));
        drain();
        assertThat(plannedSteps()).containsExactly(1);
        change(enrollment, "resume");
        campaign.status("paused").published();
        drain();
        assertThat(plannedSteps()).containsExactly(1);
        campaign.active().published();
        drain();
        drain();
        assertThat(plannedSteps()).containsExactly(1, 2);
        assertThat(shown("status")).isEqualTo("active");
    }

    @Test
    void passesOverWhatIsNotOurs() {
        TestKey eve = TestKeys.issue();
        Engagements foreign = new Engagements(eve.tenantId(), engagements.instanceId());
        happened(List.of(
                foreign.event(enrollment, "unsubscribed", 1),
                engagements.event(UUID.randomUUID(), "replied", 1),
                engagements.event(enrollment, "opened", 1),
                engagements.event(enrollment, "sent", 17),
                engagements.event(enrollment, "of-another-kind", 1)));
        assertThat(changes()).extracting(EnrollmentChanged::status).containsExactly("pending", "active");
        assertThat(shown("stepNumber")).isEqualTo(0);
    }

    @Test
    void parksWhatCannotBeReadAndTakesItsNeighbours() {
        ProducerRecord<String, byte[]> model = engagements.event(enrollment, "sent", 1);
        List<ProducerRecord<String, byte[]>> events = List.of(
                withValue(model, "{"),
                withValue(model, "{\"enrollmentId\":\"" + enrollment + "\",\"eventType\":\"sent\"}"),
                model,
                withValue(model, "[]"));
        happened(events);
        assertThat(Topic.publishedRecords(Topics.ENGAGEMENT_EVENTS + ".dlq", ann.tenantId()))
                .extracting(
                        each -> TestEvents.header(each, EventHeaders.DLQ_REASON).replaceFirst(":.*", ""))
                .containsExactly("unreadable", "incomplete", "unreadable");
        assertThat(shown("stepNumber")).isEqualTo(1);
    }

    private static ProducerRecord<String, byte[]> withValue(ProducerRecord<String, byte[]> model, String value) {
        return new ProducerRecord<>(
                model.topic(), null, model.key(), value.getBytes(StandardCharsets.UTF_8), model.headers());
    }

    private UUID enrolled(String email) {
        return People.enroll(ann, engagements.instanceId(), aContact(ann, email));
    }

    private void drain() {
        int due;
        do {
            due = loop.runOnce();
        } while (due > 0);
    }

    private void change(UUID id, String action) {
        as(ann).body(Map.of("action", action))
                .patch("/api/enrollments/" + id)
                .then()
                .statusCode(200);
    }

    private Object shown(String field) {
        return shown(enrollment, field);
    }

    private Object shown(UUID id, String field) {
        return as(ann).get("/api/enrollments/" + id)
                .then()
                .statusCode(200)
                .extract()
                .path("data." + field);
    }

    private String messageStatus() {
        return sql.one(
                "SELECT status FROM message WHERE enrollment_id = ? AND step_number = 1",
                row -> row.text("status"),
                enrollment);
    }

    private List<Integer> plannedSteps() {
        return planned(enrollment);
    }

    private List<Integer> planned(UUID id) {
        return Topic.published(Topics.OUTREACH_MESSAGES, ann.tenantId(), OutreachMessage.class).stream()
                .filter(each -> each.enrollmentId().equals(id))
                .map(OutreachMessage::stepNumber)
                .toList();
    }

    private List<EnrollmentChanged> changes() {
        return Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class);
    }
}
