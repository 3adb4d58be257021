package io.throughline.enrollment.enrolling;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enroll;
import static io.throughline.enrollment.People.enrollments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.Topic;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people do to an enrollment. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class EnrollmentResourceTest {

    @Inject
    Sql sql;

    private TestKey ann;
    private UUID instance;
    private UUID contact;
    private UUID enrollment;

    @BeforeEach
    void anEnrollment() {
        ann = TestKeys.issue();
        instance = anInstance(ann.tenantId()).steps(2).published();
        contact = aContact(ann, "bo@example.com");
        enrollment = enroll(ann, instance, contact);
    }

    @Test
    void pausesResumesAndStops() {
        done("{\"action\":\"pause\"}", "paused");
        refused("{\"action\":\"pause\"}", "paused");
        done("{\"action\":\"resume\"}", "pending");
        refused("{\"action\":\"resume\"}", "pending");
        done("{\"status\":\"paused\"}", "paused");
        done("{\"status\":\"active\"}", "pending");
        done("{\"action\":\"stop\"}", "completed");
        refused("{\"action\":\"stop\"}", "completed");
        refused("{\"action\":\"pause\"}", "completed");
        refused("{\"action\":\"resume\"}", "completed");
        assertThat(Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class))
                .extracting(EnrollmentChanged::status, EnrollmentChanged::version, EnrollmentChanged::reason)
                .containsExactly(
                        tuple("pending", 1L, null),
                        tuple("paused", 2L, "paused_by_user"),
                        tuple("pending", 3L, "resumed_by_user"),
                        tuple("paused", 4L, "paused_by_user"),
                        tuple("pending", 5L, "resumed_by_user"),
                        tuple("completed", 6L, "stopped_by_user"));
    }

    @Test
    void refusesToMoveWhatHasEnded() {
        for (String end : List.of("completed", "replied", "bounced", "unsubscribed", "failed")) {
            sql.update("UPDATE enrollment SET status = ? WHERE id = ?", end, enrollment);
            for (String action : List.of("pause", "resume", "stop")) {
                refused("{\"action\":\"" + action + "\"}", end);
            }
        }
    }

    @Test
    void namesWhatIsWrongWithAChange() {
        for (String wrong : List.of("{}", "{\"action\":\"again\"}", "{\"status\":\"replied\"}", "")) {
            change(wrong).statusCode(422).body("code", equalTo("validation_failed"));
        }
        as(ann).body("{\"action\":\"pause\"}")
                .patch("/api/enrollments/" + Ids.next())
                .then()
                .statusCode(404);
    }

    @Test
    void stopsTheEnrollmentsOfADeletedContact() {
        UUID other = enroll(ann, anInstance(ann.tenantId()).steps(1).published(), contact);
        UUID ended = enroll(ann, anInstance(ann.tenantId()).steps(1).published(), contact);
        sql.update("UPDATE enrollment SET status = 'replied' WHERE id = ?", ended);
        as(ann).delete("/api/contacts/" + contact).then().statusCode(204);
        for (UUID stopped : List.of(enrollment, other)) {
            as(ann).get("/api/enrollments/" + stopped)
                    .then()
                    .statusCode(200)
                    .body("data.status", equalTo("completed"))
                    .body("data.email", nullValue());
        }
        as(ann).get("/api/enrollments/" + ended).then().body("data.status", equalTo("replied"));
        assertThat(Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class))
                .filteredOn(change -> "contact_deleted".equals(change.reason()))
                .extracting(EnrollmentChanged::enrollmentId)
                .containsExactlyInAnyOrder(enrollment, other);
    }

    @Test
    void listsTheEnrollmentsOfAnInstanceByStatus() {
        UUID second = enroll(ann, instance, aContact(ann, "cy@example.com"));
        enroll(ann, anInstance(ann.tenantId()).steps(1).published(), contact);
        change("{\"action\":\"pause\"}").statusCode(200);
        as(ann).get(enrollments(instance))
                .then()
                .statusCode(200)
                .body("data.id", contains(second.toString(), enrollment.toString()))
                .body("data.email", contains("cy@example.com", "bo@example.com"))
                .body("page.next", nullValue());
        as(ann).get(enrollments(instance) + "?status=paused").then().body("data.id", contains(enrollment.toString()));
        as(ann).get(enrollments(instance) + "?status=asleep")
                .then()
                .statusCode(422)
                .body("errors[0].pointer", equalTo("/status"));
    }

    private io.restassured.response.ValidatableResponse change(String body) {
        return as(ann).body(body).patch("/api/enrollments/" + enrollment).then();
    }

    private void done(String body, String status) {
        change(body).statusCode(200).body("data.status", equalTo(status));
        as(ann).get("/api/enrollments/" + enrollment).then().body("data.status", equalTo(status));
    }

    private void refused(String body, String status) {
        change(body)
                .statusCode(409)
                .body("code", equalTo("illegal_transition"))
                .body("detail", equalTo("The enrollment is " + status + "."));
    }
}
