package io.throughline.enrollment.enrolling;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enrollments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Campaigns;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.Topic;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.platform.events.Json;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One contact into one instance. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class EnrollingTest {

    @Inject
    Json json;

    private TestKey ann;
    private UUID instance;

    @BeforeEach
    void aTenantWithAnInstance() {
        ann = TestKeys.issue();
        instance = anInstance(ann.tenantId()).steps(2).published();
    }

    @Test
    void enrollsAContactOnceByIdAndByEmail() {
        UUID contact = aContact(ann, "bo@example.com");
        Map<String, Object> enrollment = as(ann).body(
                        Map.of("contactId", contact, "metadata", Map.of("list", "autumn", "score", 7)))
                .post(enrollments(instance))
                .then()
                .statusCode(201)
                .header("Location", containsString("/api/enrollments/"))
                .body("success", equalTo(true))
                .body("data.contactId", equalTo(contact.toString()))
                .body("data.instanceId", equalTo(instance.toString()))
                .body("data.email", equalTo("bo@example.com"))
                .body("data.status", equalTo("pending"))
                .body("data.stepNumber", equalTo(0))
                .body("data.metadata", equalTo(Map.of("list", "autumn", "score", 7)))
                .extract()
                .path("data");
        for (Map<String, ?> again : List.of(
                Map.of("contactId", contact),
                Map.of("contact_id", contact),
                Map.of("email", " BO@example.com"),
                Map.of("contactId", contact, "metadata", Map.of("list", "other")))) {
            as(ann).body(again)
                    .post(enrollments(instance))
                    .then()
                    .statusCode(200)
                    .body("data", equalTo(enrollment));
        }
        as(ann).get("/api/enrollments/" + enrollment.get("id"))
                .then()
                .statusCode(200)
                .body("data", equalTo(enrollment));
        assertThat(Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class))
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.enrollmentId().toString()).isEqualTo(enrollment.get("id"));
                    assertThat(change.instanceId()).isEqualTo(instance);
                    assertThat(change.contactId()).isEqualTo(contact);
                    assertThat(change.status()).isEqualTo("pending");
                    assertThat(change.version()).isEqualTo(1);
                    assertThat(change.reason()).isNull();
                    assertThat(change.occurredAt()).isNotNull();
                });
    }

    @Test
    void enrollsByEmailAndIntoSeveralInstances() {
        aContact(ann, "bo@example.com");
        UUID other = anInstance(ann.tenantId()).steps(1).published();
        as(ann).body(Map.of("email", "bo@example.com"))
                .post(enrollments(instance))
                .then()
                .statusCode(201);
        as(ann).body(Map.of("email", "bo@example.com"))
                .post(enrollments(other))
                .then()
                .statusCode(201);
    }

    @Test
    void refusesWhomItDoesNotKnow() {
        UUID strangers = aContact(TestKeys.issue(), "bo@example.com");
        for (Object unknown : List.of(strangers, Ids.next())) {
            as(ann).body(Map.of("contactId", unknown))
                    .post(enrollments(instance))
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("not_found"));
        }
        as(ann).body(Map.of("email", "bo@example.com"))
                .post(enrollments(instance))
                .then()
                .statusCode(404);
    }

    @Test
    void namesWhatIsWrongWithARequest() {
        UUID contact = aContact(ann, "bo@example.com");
        refused("{}", "/contactId");
        refused("{\"email\":\" \"}", "/contactId");
        refused("{\"email\":\"nobody\"}", "/email");
        refused("{\"contactId\":\"nobody\"}", "/contactId");
        refused("{\"contactId\":\"" + contact + "\",\"metadata\":[1]}", "/metadata");
        refused("{\"contactId\":\"" + contact + "\",\"metadata\":{\"a\":[\"\\u0000\"]}}", "/metadata");
        as(ann).body(Map.of("contactId", contact, "metadata", Map.of("path", "a\\u0000b")))
                .post(enrollments(instance))
                .then()
                .statusCode(201)
                .body("data.metadata.path", equalTo("a\\u0000b"));
    }

    private void refused(String body, String pointer) {
        as(ann).body(body)
                .post(enrollments(instance))
                .then()
                .statusCode(422)
                .body("code", equalTo("validation_failed"))
                .body("errors[0].pointer", equalTo(pointer));
    }

    @Test
    void takesNobodyIntoAnInstanceThatIsOver() {
        aContact(ann, "bo@example.com");
        for (String status : List.of("completed", "archived")) {
            UUID closed = anInstance(ann.tenantId()).steps(1).status(status).published();
            as(ann).body(Map.of("email", "bo@example.com"))
                    .post(enrollments(closed))
                    .then()
                    .statusCode(409)
                    .body("code", equalTo("instance_closed"))
                    .body("detail", equalTo("The instance is " + status + "."));
            as(ann).body("{\"filter\":{\"all\":true}}")
                    .post(enrollments(closed) + "/bulk")
                    .then()
                    .statusCode(409);
            as(ann).get(enrollments(closed)).then().statusCode(200).body("data.size()", equalTo(0));
        }
        for (String status : List.of("draft", "active", "paused")) {
            UUID open = anInstance(ann.tenantId()).steps(1).status(status).published();
            as(ann).body(Map.of("email", "bo@example.com"))
                    .post(enrollments(open))
                    .then()
                    .statusCode(201);
        }
    }

    @Test
    void asksTheCampaignServiceForAnInstanceItHasNoCopyOf() {
        UUID contact = aContact(ann, "bo@example.com");
        Campaigns fresh = anInstance(ann.tenantId()).active().step("PT0S", "Hello {{firstName}}", "Body");
        Map<String, Object> shown = json.read(json.text(fresh.snapshot(1)), new TypeReference<>() {});
        shown.put("id", shown.remove("instanceId"));
        EnrollmentServers.show(fresh.id(), ann.apiKey(), json.text(shown));

        as(TestKeys.issue())
                .body(Map.of("contactId", contact))
                .post(enrollments(fresh.id()))
                .then()
                .statusCode(404);
        as(ann).body(Map.of("contactId", contact))
                .post(enrollments(fresh.id()))
                .then()
                .statusCode(201);
        int reads = EnrollmentServers.reads();
        as(ann).body(Map.of("contactId", contact))
                .post(enrollments(fresh.id()))
                .then()
                .statusCode(200);
        assertThat(EnrollmentServers.reads()).as("the answer is kept").isEqualTo(reads);
        as(ann).body(Map.of("contactId", contact))
                .post(enrollments(Ids.next()))
                .then()
                .statusCode(404)
                .body("$", not(hasKey("data")));
    }
}
