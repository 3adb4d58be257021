package io.throughline.enrollment.enrolling;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enroll;
import static io.throughline.enrollment.People.enrollments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.Topic;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Beginning again: never the same step twice in an enrollment, and a second enrollment only where the instance allows it. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class RestartTest {

    @Inject
    Sql sql;

    private TestKey ann;
    private UUID contact;

    @BeforeEach
    void aContactOfATenant() {
        ann = TestKeys.issue();
        contact = aContact(ann, "bo@example.com");
    }

    @Test
    void restartsWhatHasSentNothing() {
        UUID enrollment = enroll(ann, anInstance(ann.tenantId()).steps(2).published(), contact);
        restart(enrollment).statusCode(409).body("code", equalTo("illegal_transition"));
        stop(enrollment);
        restart(enrollment)
                .statusCode(200)
                .body("data.id", equalTo(enrollment.toString()))
                .body("data.status", equalTo("pending"));
        assertThat(Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class))
                .last()
                .satisfies(change -> assertThat(change.reason()).isEqualTo("restarted_by_user"));
        boolean due = sql.one(
                "SELECT due_at <= now() AS due FROM enrollment WHERE id = ?", row -> row.flag("due"), enrollment);
        assertThat(due).isTrue();
    }

    @Test
    void refusesToSendAStepTwice() {
        UUID enrollment = enroll(ann, anInstance(ann.tenantId()).steps(2).published(), contact);
        planned(enrollment);
        stop(enrollment);
        restart(enrollment).statusCode(409).body("code", equalTo("illegal_transition"));
    }

    @Test
    void takesAContactAgainWhereTheInstanceAllowsIt() {
        UUID instance =
                anInstance(ann.tenantId()).rules(true, "after_end").steps(2).published();
        UUID first = enroll(ann, instance, contact);
        as(ann).body(Map.of("contactId", contact))
                .post(enrollments(instance))
                .then()
                .statusCode(200)
                .body("data.id", equalTo(first.toString()));
        planned(first);
        ended(first, "completed");
        String second = as(ann).body(Map.of("contactId", contact))
                .post(enrollments(instance))
                .then()
                .statusCode(201)
                .body("data.status", equalTo("pending"))
                .extract()
                .path("data.id");
        assertThat(second).isNotEqualTo(first.toString());
        as(ann).get("/api/enrollments/" + first).then().body("data.status", equalTo("completed"));

        planned(UUID.fromString(second));
        ended(UUID.fromString(second), "replied");
        String third =
                restart(UUID.fromString(second)).statusCode(200).extract().path("data.id");
        assertThat(third).isNotIn(first.toString(), second);
        as(ann).body(Map.of("contactIds", List.of(contact)))
                .post(enrollments(instance) + "/bulk")
                .then()
                .body("data.created", equalTo(0))
                .body("data.existing", equalTo(1));
        assertThat(sql.list(
                        "SELECT past FROM enrollment WHERE instance_id = ? ORDER BY id",
                        row -> row.integer("past"),
                        instance))
                .containsExactly(1, 2, 0);
    }

    @Test
    void neverTakesAgainWhoSaidNo() {
        UUID instance =
                anInstance(ann.tenantId()).rules(true, "after_end").steps(2).published();
        UUID enrollment = enroll(ann, instance, contact);
        for (String end : List.of("unsubscribed", "bounced")) {
            ended(enrollment, end);
            as(ann).body(Map.of("contactId", contact))
                    .post(enrollments(instance))
                    .then()
                    .statusCode(200);
            restart(enrollment).statusCode(409);
        }
    }

    private void planned(UUID enrollment) {
        sql.update("""
                INSERT INTO message (id, tenant_id, enrollment_id, instance_id, step_number, channel)
                SELECT uuidv7(), tenant_id, id, instance_id, 1, 'email' FROM enrollment WHERE id = ?
                """, enrollment);
    }

    private void ended(UUID enrollment, String status) {
        sql.update("UPDATE enrollment SET status = ?, due_at = NULL WHERE id = ?", status, enrollment);
    }

    private void stop(UUID enrollment) {
        as(ann).body("{\"action\":\"stop\"}")
                .patch("/api/enrollments/" + enrollment)
                .then()
                .statusCode(200);
    }

    private ValidatableResponse restart(UUID enrollment) {
        return as(ann).body("{\"action\":\"restart\"}")
                .patch("/api/enrollments/" + enrollment)
                .then();
    }
}
