package io.throughline.enrollment.contact;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enroll;
import static io.throughline.enrollment.People.enrollments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
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
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class MergeContactsTest {

    @Inject
    Sql sql;

    private TestKey ann;
    private UUID bo;
    private UUID twin;

    @BeforeEach
    void twoOfOnePerson() {
        ann = TestKeys.issue();
        bo = aContact(ann, Map.of("email", "bo@berg.se", "firstName", "Bo", "attributes", Map.of("plan", "gold")));
        twin = aContact(
                ann,
                Map.of(
                        "email", "bo.berg@gmail.com",
                        "firstName", "Bosse",
                        "company", "Berg",
                        "attributes", Map.of("plan", "free", "city", "Oslo")));
    }

    @Test
    void fillsTheGapsOfTheSurvivor() {
        merge(bo, twin)
                .statusCode(200)
                .body("data.email", equalTo("bo@berg.se"))
                .body("data.firstName", equalTo("Bo"))
                .body("data.company", equalTo("Berg"))
                .body("data.attributes", equalTo(Map.of("plan", "gold", "city", "Oslo")));
        as(ann).get("/api/contacts/" + twin).then().statusCode(404);
    }

    @Test
    void isTheSameWhenDoneAgain() {
        enroll(ann, anInstance(ann.tenantId()).steps(1).published(), twin);
        merge(bo, twin).statusCode(200);
        int events = changes().size();
        merge(bo, twin).statusCode(200).body("data.company", equalTo("Berg"));
        assertThat(changes()).hasSize(events);
        merge(twin, bo).statusCode(404);
        merge(bo, Ids.next()).statusCode(404);
        merge(bo, bo).statusCode(422).body("errors.pointer", contains("/contactId"));
        as(ann).body("{}").post("/api/contacts/" + bo + "/merge").then().statusCode(422);
        as(TestKeys.issue())
                .body(Map.of("contactId", twin))
                .post("/api/contacts/" + bo + "/merge")
                .then()
                .statusCode(404);
    }

    @Test
    void anOldMergeMovesOnWithItsSurvivor() {
        UUID third = aContact(ann, "b@berg.se");
        merge(bo, twin).statusCode(200);
        merge(third, bo).statusCode(200);
        merge(third, twin).statusCode(200);
    }

    @Test
    void movesEnrollmentsAndTellsOfIt() {
        UUID instance = anInstance(ann.tenantId()).steps(2).published();
        UUID enrollment = enroll(ann, instance, twin);
        merge(bo, twin).statusCode(200);
        as(ann).get("/api/enrollments/" + enrollment)
                .then()
                .body("data.contactId", equalTo(bo.toString()))
                .body("data.status", equalTo("pending"));
        assertThat(changes()).last().satisfies(change -> {
            assertThat(change.contactId()).isEqualTo(bo);
            assertThat(change.reason()).isEqualTo("contact_merged");
            assertThat(change.version()).isEqualTo(2);
        });
        as(ann).body(Map.of("contactId", bo)).post(enrollments(instance)).then().statusCode(200);
    }

    @Test
    void keepsTheFurtherOneAndStopsTheOther() {
        UUID instance = anInstance(ann.tenantId()).steps(3).published();
        UUID own = enroll(ann, instance, bo);
        UUID others = enroll(ann, instance, twin);
        sql.update("UPDATE enrollment SET status = 'active', step_number = 2 WHERE id = ?", others);
        merge(bo, twin).statusCode(200);
        state(others, "active", bo);
        state(own, "completed", bo);
        as(ann).body(Map.of("contactId", bo))
                .post(enrollments(instance))
                .then()
                .statusCode(200)
                .body("data.id", equalTo(others.toString()));
    }

    @Test
    void whoHasComeToTheEndDoesNotBeginAgain() {
        UUID instance = anInstance(ann.tenantId()).steps(3).published();
        UUID own = enroll(ann, instance, bo);
        UUID others = enroll(ann, instance, twin);
        sql.update("UPDATE enrollment SET status = 'active', step_number = 2 WHERE id = ?", own);
        sql.update("UPDATE enrollment SET status = 'replied', step_number = 1 WHERE id = ?", others);
        merge(bo, twin).statusCode(200);
        state(others, "replied", bo);
        state(own, "completed", bo);
    }

    private void state(UUID enrollment, String status, UUID contact) {
        as(ann).get("/api/enrollments/" + enrollment)
                .then()
                .body("data.status", equalTo(status))
                .body("data.contactId", equalTo(contact.toString()));
    }

    private ValidatableResponse merge(UUID survivor, UUID other) {
        return as(ann).body(Map.of("contactId", other))
                .post("/api/contacts/" + survivor + "/merge")
                .then();
    }

    private List<EnrollmentChanged> changes() {
        return Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class);
    }
}
