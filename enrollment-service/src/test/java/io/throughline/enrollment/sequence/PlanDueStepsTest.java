package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enroll;
import static io.throughline.enrollment.People.enrollments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Campaigns;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Topic;
import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.campaign.Tracking;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class PlanDueStepsTest {

    @Inject
    SequenceLoop loop;

    @Inject
    PlanDueSteps plan;

    @Inject
    Sql sql;

    private TestKey ann;

    @BeforeEach
    void aTenantAndNothingLeftOfOthers() {
        drain();
        ann = TestKeys.issue();
    }

    @Test
    void plansTheFirstStepOnceTheInstanceIsActiveAndItsDelayHasPassed() {
        Campaigns campaign = anInstance(ann.tenantId()).step("PT1H", "Hello", "Body");
        UUID enrollment = enroll(ann, campaign.published(), aContact(ann, "bo@example.com"));
        passes("enrollment SET due_at = due_at", "61 minutes");
        drain();
        assertThat(messages()).as("a draft sends nothing").isEmpty();

        campaign.active().published();
        drain();
        assertThat(messages()).as("activated less than an hour ago").isEmpty();

        passes("instance_copy SET first_due_at = first_due_at", "61 minutes");
        drain();
        assertThat(messages()).extracting(OutreachMessage::enrollmentId).containsExactly(enrollment);
    }

    @Test
    void countsTheDelayFromEnrollmentWhenThatIsLater() {
        UUID instance = anInstance(ann.tenantId())
                .step("PT1H", "Hello", "Body")
                .active()
                .published();
        passes("instance_copy SET first_due_at = first_due_at", "2 days");
        enroll(ann, instance, aContact(ann, "bo@example.com"));
        drain();
        assertThat(messages()).isEmpty();
        passes("enrollment SET due_at = due_at", "61 minutes");
        drain();
        assertThat(messages()).hasSize(1);
    }

    @Test
    void writesToEachRecipientInTheirOwnWords() {
        UUID instance = anInstance(ann.tenantId())
                .step(
                        "PT0S",
                        "{{firstName}}, a word on {{plan}}",
                        "Dear {{firstName}} of {{company}}{{missing}}.\n{{seats}} & <b> {{email}}")
                .active()
                .published();
        UUID bo = aContact(
                ann,
                Map.of(
                        "email", "bo@example.com",
                        "firstName", "Bo\r\nBcc: eve@example.com",
                        "company", "Berg & Sons",
                        "attributes", Map.of("plan", "gold", "seats", 5, "email", "eve@example.com")));
        UUID cy = aContact(ann, "cy@example.com");
        UUID enrollment = enroll(ann, instance, bo);
        enroll(ann, instance, cy);
        drain();
        OutreachMessage toBo = messages().stream()
                .filter(each -> each.contactId().equals(bo))
                .findFirst()
                .orElseThrow();
        assertThat(toBo)
                .isEqualTo(new OutreachMessage(
                        toBo.messageId(),
                        enrollment,
                        instance,
                        bo,
                        "email",
                        1,
                        "Ann <ann@example.com>",
                        "bo@example.com",
                        "Bo Bcc: eve@example.com, a word on gold",
                        "Dear Bo\r\nBcc: eve@example.com of Berg & Sons.\n5 & <b> bo@example.com",
                        null,
                        toBo.recipientHash(),
                        Tracking.ALL,
                        null));
        assertThat(toBo.recipientHash()).matches("[0-9a-f]{64}");
        assertThat(messages())
                .filteredOn(each -> each.contactId().equals(cy))
                .extracting(OutreachMessage::subject, OutreachMessage::body)
                .containsExactly(tuple(", a word on", "Dear  of .\n & <b> cy@example.com"));
        assertThat(Topic.publishedRecords(Topics.OUTREACH_MESSAGES, ann.tenantId()))
                .filteredOn(each -> each.key().equals(enrollment.toString()))
                .extracting(each -> TestEvents.header(each, EventHeaders.ID))
                .containsExactly(toBo.messageId().toString());
        as(ann).get("/api/enrollments/" + enrollment)
                .then()
                .body("data.status", org.hamcrest.Matchers.equalTo("active"));
    }

    @Test
    void plansEachStepOnceWhenSeveralLoopsRun() throws ExecutionException, InterruptedException {
        UUID instance = anInstance(ann.tenantId()).steps(2).active().published();
        List<UUID> contacts = People.contacts(ann.tenantId(), 1200);
        bulk(instance);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<Integer> looping = () -> {
                int planned = 0;
                for (int batch = plan.run(50); batch > 0; batch = plan.run(50)) {
                    planned += batch;
                }
                return planned;
            };
            for (Future<Integer> each : threads.invokeAll(List.of(looping, looping, looping, looping))) {
                assertThat(each.get()).isNotNegative();
            }
        }
        drain();
        assertThat(messages()).extracting(OutreachMessage::contactId).containsExactlyInAnyOrderElementsOf(contacts);
        assertThat(changes())
                .filteredOn(change -> change.status().equals("active"))
                .extracting(EnrollmentChanged::contactId)
                .containsExactlyInAnyOrderElementsOf(contacts);
    }

    @Test
    void plansAgainWhatACrashUndid() {
        UUID instance = anInstance(ann.tenantId()).steps(1).active().published();
        enroll(ann, instance, aContact(ann, "bo@example.com"));
        assertThatThrownBy(() -> sql.inTransaction(() -> {
                    drain();
                    throw new IllegalStateException("crash before commit, on purpose");
                }))
                .hasStackTraceContaining("on purpose");
        assertThat(messages()).isEmpty();
        drain();
        drain();
        assertThat(messages()).hasSize(1);
        assertThat(changes()).extracting(EnrollmentChanged::status).containsExactly("pending", "active");
    }

    /** Even if an enrollment became due again for a step that has its message. */
    @Test
    void neverMakesASecondMessageOfAStep() {
        UUID instance = anInstance(ann.tenantId()).steps(1).active().published();
        UUID enrollment = enroll(ann, instance, aContact(ann, "bo@example.com"));
        drain();
        sql.update("UPDATE enrollment SET due_at = now() WHERE id = ?", enrollment);
        drain();
        assertThat(messages()).hasSize(1);
        assertThat(loop.runOnce()).isZero();
    }

    @Test
    void plansNothingWhileTheInstanceIsPausedAndEverythingAfter() {
        Campaigns campaign = anInstance(ann.tenantId()).steps(1).active();
        UUID instance = campaign.published();
        List<UUID> contacts = People.contacts(ann.tenantId(), 20);
        bulk(instance);
        assertThat(plan.run(7)).isEqualTo(7);
        campaign.status("paused").published();
        drain();
        assertThat(messages()).hasSize(7);
        campaign.active().published();
        drain();
        assertThat(messages()).extracting(OutreachMessage::contactId).containsExactlyInAnyOrderElementsOf(contacts);
    }

    @Test
    void plansNothingWhileTheEnrollmentIsPausedAndOnceAfter() {
        UUID instance = anInstance(ann.tenantId()).steps(1).active().published();
        UUID enrollment = enroll(ann, instance, aContact(ann, "bo@example.com"));
        change(enrollment, "pause");
        drain();
        assertThat(messages()).isEmpty();
        change(enrollment, "resume");
        drain();
        change(enrollment, "pause");
        change(enrollment, "resume");
        drain();
        assertThat(messages()).hasSize(1);
        assertThat(changes())
                .extracting(EnrollmentChanged::status)
                .containsExactly("pending", "paused", "pending", "active", "paused", "active");
    }

    @Test
    void endsWhatHasNothingToSend() {
        UUID contact = aContact(ann, "bo@example.com");
        enroll(ann, anInstance(ann.tenantId()).active().published(), contact);
        enroll(
                ann,
                anInstance(ann.tenantId())
                        .step("PT0S", "{{#never closed}}", "Body")
                        .active()
                        .published(),
                contact);
        drain();
        assertThat(messages()).isEmpty();
        assertThat(changes())
                .filteredOn(change -> change.version() == 2)
                .extracting(EnrollmentChanged::status, EnrollmentChanged::reason)
                .containsExactlyInAnyOrder(tuple("completed", "no_more_steps"), tuple("failed", "unreadable_template"));
    }

    @Test
    void leavesOutWhoIsNotWrittenTo() {
        UUID instance = anInstance(ann.tenantId()).steps(2).active().published();
        UUID bo = enroll(ann, instance, aContact(ann, "bo@example.com"));
        UUID cy = enroll(ann, instance, aContact(ann, "cy@example.com"));
        UUID di = enroll(ann, instance, aContact(ann, "di@example.com"));
        suppress(ann, "bo@example.com", "complained");
        suppress(ann, "di@example.com", "bounced");
        suppress(TestKeys.issue(), "cy@example.com", "manual");
        drain();
        assertThat(messages()).extracting(OutreachMessage::enrollmentId).containsExactly(cy);
        assertThat(changes())
                .filteredOn(change -> change.version() == 2)
                .extracting(EnrollmentChanged::enrollmentId, EnrollmentChanged::status, EnrollmentChanged::reason)
                .containsExactlyInAnyOrder(
                        tuple(bo, "unsubscribed", "suppressed"),
                        tuple(cy, "active", null),
                        tuple(di, "bounced", "suppressed"));
        assertThat(sql.list(
                        "SELECT enrollment_id FROM message WHERE tenant_id = ? AND status = 'skipped'",
                        row -> row.uuid("enrollment_id"),
                        ann.tenantId()))
                .containsExactlyInAnyOrder(bo, di);
    }

    /** A mailbox that is gone says nothing against LinkedIn, here and where messages are sent. */
    @Test
    void writesByOtherChannelsToWhoseMailboxIsGone() {
        UUID instance = anInstance(ann.tenantId()).stepBy("linkedin").active().published();
        enroll(ann, instance, aContact(ann, "bo@example.com"));
        UUID cy = enroll(ann, instance, aContact(ann, "cy@example.com"));
        UUID di = enroll(ann, instance, aContact(ann, "di@example.com"));
        suppress(ann, "bo@example.com", "complained");
        suppress(ann, "di@example.com", "bounced");
        drain();
        assertThat(messages())
                .extracting(OutreachMessage::enrollmentId, each -> each.recipientHash() == null)
                .containsExactlyInAnyOrder(tuple(cy, false), tuple(di, true));
    }

    private static void suppress(TestKey owner, String email, String reason) {
        as(owner)
                .body(Map.of("email", email, "reason", reason))
                .post("/api/suppressions")
                .then()
                .statusCode(201);
    }

    private void drain() {
        int due;
        do {
            due = loop.runOnce();
        } while (due > 0);
    }

    private void passes(String time, String interval) {
        sql.update("UPDATE " + time + " - ?::interval WHERE tenant_id = ?", interval, ann.tenantId());
    }

    private void bulk(UUID instance) {
        as(ann).body("{\"filter\":{\"all\":true}}")
                .post(enrollments(instance) + "/bulk")
                .then()
                .statusCode(200);
    }

    private void change(UUID enrollment, String action) {
        as(ann).body(Map.of("action", action))
                .patch("/api/enrollments/" + enrollment)
                .then()
                .statusCode(200);
    }

    private List<OutreachMessage> messages() {
        return Topic.published(Topics.OUTREACH_MESSAGES, ann.tenantId(), OutreachMessage.class);
    }

    private List<EnrollmentChanged> changes() {
        return Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class);
    }
}
