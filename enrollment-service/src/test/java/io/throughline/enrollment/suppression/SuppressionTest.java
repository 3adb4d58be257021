package io.throughline.enrollment.suppression;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.Engagements.happened;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enroll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Engagements;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.Topic;
import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.AddressSuppressed;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class SuppressionTest {

    private TestKey ann;
    private UUID instance;

    @BeforeEach
    void aCampaign() {
        ann = TestKeys.issue();
        instance = anInstance(ann.tenantId()).steps(2).published();
    }

    private void bounces(UUID enrollment, String channel, Map<String, Object> metadata) {
        happened(List.of(TestEvents.event(
                Topics.ENGAGEMENT_EVENTS,
                enrollment.toString(),
                EngagementEvent.TYPE,
                Ids.next().toString(),
                ann.tenantId(),
                new EngagementEvent(instance, enrollment, channel, "bounced", 1, Instant.now(), metadata))));
    }

    private String reason(String email) {
        return as(ann).queryParam("email", email).get("/api/suppressions").path("data[0].reason");
    }

    private List<AddressSuppressed> told() {
        return Topic.published(Topics.CONTACT_SUPPRESSIONS, ann.tenantId(), AddressSuppressed.class);
    }

    @Test
    void isListedNewestFirstByReasonAndByAddress() {
        as(ann).body(Map.of("email", " Bo@Example.com "))
                .post("/api/suppressions")
                .then()
                .statusCode(201);
        as(ann).body(Map.of("email", "cy@example.com", "reason", "complained"))
                .post("/api/suppressions")
                .then()
                .statusCode(201)
                .body("data.reason", equalTo("complained"));
        as(ann).body(Map.of("email", "bo@example.com"))
                .post("/api/suppressions")
                .then()
                .statusCode(200);

        as(ann).get("/api/suppressions").then().body("data.email", contains("cy@example.com", "bo@example.com"));
        as(ann).get("/api/suppressions?reason=manual").then().body("data.email", contains("bo@example.com"));
        as(ann).get("/api/suppressions?email=BO@example.com").then().body("data", hasSize(1));
        as(TestKeys.issue()).get("/api/suppressions").then().body("data", hasSize(0));
        assertThat(told()).hasSize(2).allMatch(AddressSuppressed::suppressed);
    }

    @Test
    void namesTheFieldAtFault() {
        as(ann).body(Map.of("email", "nobody"))
                .post("/api/suppressions")
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/email"));
        as(ann).body(Map.of("email", "bo@example.com", "reason", "whim"))
                .post("/api/suppressions")
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/reason"));
        as(ann).body(Map.of("emails", List.of()))
                .post("/api/suppressions/bulk")
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/emails"));
        as(ann).get("/api/suppressions").then().body("data", hasSize(0));
    }

    @Test
    void takesManyAtOnceAndNamesThoseThatAreNoAddresses() {
        as(ann).body(Map.of("emails", List.of("a@example.com", "nobody", "b@example.com", "A@example.com")))
                .post("/api/suppressions/bulk")
                .then()
                .statusCode(200)
                .body("data.added", equalTo(2))
                .body("data.existing", equalTo(1))
                .body("data.rejected.index", contains(1));
        as(ann).get("/api/suppressions").then().body("data", hasSize(2));
    }

    @Test
    void isTakenBackAndTold() {
        as(ann).body(Map.of("email", "bo@example.com")).post("/api/suppressions");
        as(ann).delete("/api/suppressions/bo@example.com").then().statusCode(204);
        as(ann).delete("/api/suppressions/bo@example.com").then().statusCode(404);
        assertThat(told())
                .extracting(AddressSuppressed::suppressed)
                .as("order of one key")
                .containsExactly(true, false);
        assertThat(told())
                .extracting(AddressSuppressed::addressHash)
                .containsOnly(told().getFirst().addressHash());
    }

    @Test
    void isWhatPeopleSaidAndKeepsTheWeightiestReason() {
        Engagements engagements = new Engagements(ann.tenantId(), instance);
        UUID bo = enroll(ann, instance, aContact(ann, "bo@example.com"));
        UUID cy = enroll(ann, instance, aContact(ann, "cy@example.com"));
        UUID di = enroll(ann, instance, aContact(ann, "di@example.com"));
        happened(List.of(
                engagements.event(bo, "complained", 1),
                engagements.event(bo, "unsubscribed", 1),
                engagements.event(cy, "unsubscribed", 1),
                engagements.event(di, "replied", 1),
                engagements.event(Ids.next(), "unsubscribed", 1)));
        happened(List.of(engagements.event(cy, "unsubscribed", 1)));
        assertThat(reason("bo@example.com")).isEqualTo("complained");
        assertThat(reason("cy@example.com")).isEqualTo("unsubscribed");
        assertThat(reason("di@example.com")).isNull();
        assertThat(told()).hasSize(2);
        happened(List.of(engagements.event(cy, "complained", 1)));
        assertThat(reason("cy@example.com")).isEqualTo("complained");
        happened(List.of(engagements.event(cy, "unsubscribed", 1)));
        assertThat(reason("cy@example.com")).isEqualTo("complained");
    }

    @Test
    void isADeadMailboxButNotARefusedMailNorAnotherChannel() {
        UUID bo = enroll(ann, instance, aContact(ann, "bo@example.com"));
        bounces(bo, "email", Map.of("bounceType", "blocked"));
        bounces(bo, "sms", Map.of("bounceType", "hard"));
        assertThat(reason("bo@example.com")).isNull();
        bounces(bo, "email", Map.of("bounceType", "hard"));
        assertThat(reason("bo@example.com")).isEqualTo("bounced");
        UUID cy = enroll(ann, instance, aContact(ann, "cy@example.com"));
        bounces(cy, "email", Map.of());
        assertThat(reason("cy@example.com")).isEqualTo("bounced");
    }

    @Test
    void outlivesThePersonWithoutTheirAddress() {
        UUID contact = aContact(ann, "bo@example.com");
        as(ann).body(Map.of("email", "bo@example.com")).post("/api/suppressions");
        as(ann).delete("/api/contacts/" + contact).then().statusCode(204);
        as(ann).get("/api/suppressions").then().body("data", hasSize(1)).body("data[0].email", nullValue());
        as(ann).get("/api/suppressions?email=bo@example.com").then().body("data", hasSize(1));
        assertThat(told())
                .extracting(AddressSuppressed::addressHash, AddressSuppressed::suppressed)
                .containsExactly(tuple(told().getFirst().addressHash(), true));
    }
}
