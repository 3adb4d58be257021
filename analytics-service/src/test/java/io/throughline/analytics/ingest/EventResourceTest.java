package io.throughline.analytics.ingest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.events.Json;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class EventResourceTest {

    @Inject
    Json json;

    private TestKey key;
    private UUID instance;
    private UUID person;

    @BeforeEach
    void anInstance() {
        key = TestKeys.issue();
        instance = CampaignStub.owns(key.apiKey(), Ids.next());
        person = Ids.next();
    }

    @Test
    void publishesWhatItAcceptsForEveryConsumerOfTheTopic() {
        post("[" + event("a", "opened") + "," + event("b", "replied") + "]")
                .statusCode(202)
                .body("success", is(true))
                .body("data.id", is(List.of("a", "b")))
                .body("data.status", is(List.of("accepted", "accepted")))
                .body("data[0].size()", is(2));
        awaitPublished(2);
        ConsumerRecord<String, byte[]> published = published().getFirst();
        assertThat(TestEvents.header(published, "ce_id")).isEqualTo(key.tenantId() + ":a");
        assertThat(TestEvents.header(published, "ce_source")).isEqualTo("throughline/analytics-service");
        assertThat(TestEvents.header(published, "ce_type")).isEqualTo(EngagementEvent.TYPE);
        assertThat(TestEvents.header(published, "tenant"))
                .isEqualTo(key.tenantId().toString());
        EngagementEvent data = json.read(published.value(), EngagementEvent.class);
        assertThat(data).isEqualTo(json.read(event("a", "opened"), EngagementEvent.class));
        awaitCounted(2);
    }

    @Test
    void acceptsAnIdOnceHoweverOftenItIsSent() {
        String twice = "[" + event("a", "opened") + "," + event("a", "clicked") + "]";
        post(twice).statusCode(202).body("data.status", is(List.of("accepted", "duplicate")));
        post(twice).statusCode(202).body("data.status", is(List.of("duplicate", "duplicate")));
        post("[" + event("b", "sent") + "]").body("data.status", is(List.of("accepted")));
        awaitCounted(2);
        assertThat(published()).hasSize(2);
    }

    @Test
    void acceptsAnIdOnceHoweverManySendItAtTheSameTime() throws Exception {
        List<Callable<List<String>>> senders = new ArrayList<>();
        for (int sender = 0; sender < 8; sender++) {
            senders.add(() -> post("[" + event("b", "opened") + "," + event("a", "opened") + "]")
                    .statusCode(202)
                    .extract()
                    .path("data.status"));
        }
        List<String> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(senders.size())) {
            for (Future<List<String>> each : threads.invokeAll(senders)) {
                outcomes.addAll(each.get());
            }
        }
        assertThat(outcomes).filteredOn("accepted"::equals).hasSize(2);
        assertThat(outcomes).filteredOn("duplicate"::equals).hasSize(14);
        awaitPublished(2);
    }

    @Test
    void keepsTheIdsOfTenantsApart() {
        post("[" + event("a", "opened") + "]").body("data.status", is(List.of("accepted")));
        TestKey other = TestKeys.issue();
        post(other, "[" + event("a", "opened") + "]").body("data.status", is(List.of("accepted")));
        awaitPublished(2);
        awaitCounted(1);
    }

    @Test
    void saysOfEachRefusedEventWhatIsWrongWhereAndTakesTheRest() {
        String good = event("good", "opened");
        post("["
                        + String.join(
                                ",",
                                good,
                                "7",
                                good.replace("\"good\"", "null"),
                                good.replace("\"good\"", "\"a\\u0000b\""),
                                good.replace("\"good\"", "\"\\ud800\""),
                                good.replace("\"good\"", "\"c\"").replace("opened", "Opened"),
                                good.replace("\"good\"", "\"d\"").replace("2026-11-01", "1999-11-01"),
                                good.replace("\"good\"", "\"e\"").replace(person.toString(), "someone"),
                                "{\"id\":\"f\",\"stepNumber\":1001}",
                                good.replace("\"good\"", "\"g\"")
                                        .replace("{}", "{\"text\":\"" + "x".repeat(300_000) + "\"}"),
                                good.replace("\"good\"", "\"last\""))
                        + "]")
                .statusCode(202)
                .body("data.id", is(Arrays.asList("good", null, null, null, null, "c", "d", "e", "f", "g", "last")))
                .body("data.status.count { it == 'rejected' }", is(9))
                .body("data[0].status", equalTo("accepted"))
                .body("data[10].status", equalTo("accepted"))
                .body("data[1].errors.pointer", is(List.of("/1")))
                .body("data[2].errors.pointer", is(List.of("/2/id")))
                .body("data[3].errors.pointer", is(List.of("/3/id")))
                .body("data[4].errors.pointer", is(List.of("/4/id")))
                .body("data[5].errors.pointer", is(List.of("/5/eventType")))
                .body("data[6].errors.pointer", is(List.of("/6/occurredAt")))
                .body("data[7].errors.pointer", is(List.of("/7/enrollmentId")))
                .body(
                        "data[8].errors.pointer",
                        is(List.of(
                                "/8/instanceId",
                                "/8/enrollmentId",
                                "/8/channel",
                                "/8/eventType",
                                "/8/stepNumber",
                                "/8/occurredAt")))
                .body("data[9].errors.pointer", is(List.of("/9/metadata")));
        awaitCounted(2);
    }

    @Test
    void takesAThousandAtATimeAndNoMore() {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            events.add(event("event-" + i, "opened"));
        }
        post("[" + String.join(",", events) + "]")
                .statusCode(202)
                .body("data.size()", is(1000))
                .body("data.count { it.status == 'accepted' }", is(1000));
        events.add(event("one-too-many", "opened"));
        post("[" + String.join(",", events) + "]")
                .statusCode(422)
                .contentType("application/problem+json")
                .body("code", equalTo("validation_failed"))
                .body("errors.pointer", is(List.of("")));
        awaitCounted(1000);
    }

    @Test
    void refusesWhatIsNoArray() {
        for (String body : List.of("{}", "\"text\"", "null", event("a", "opened"))) {
            post(body).statusCode(422).body("code", equalTo("validation_failed"));
        }
        post("[]").statusCode(202).body("data", empty());
    }

    private String event(String id, String type) {
        return json.text(Map.of(
                "id",
                id,
                "instanceId",
                instance,
                "enrollmentId",
                person,
                "channel",
                "email",
                "eventType",
                type,
                "stepNumber",
                1,
                "occurredAt",
                "2026-11-01T09:30:00Z",
                "metadata",
                Map.of()));
    }

    private ValidatableResponse post(String body) {
        return post(key, body);
    }

    private static ValidatableResponse post(TestKey by, String body) {
        return given().header("X-API-Key", by.apiKey())
                .contentType("application/json")
                .body(body)
                .post("/api/events")
                .then();
    }

    private List<ConsumerRecord<String, byte[]>> published() {
        return TestEvents.read(
                Topics.ENGAGEMENT_EVENTS, each -> person.toString().equals(each.key()));
    }

    private void awaitPublished(int events) {
        eventually(() -> assertThat(published()).hasSize(events));
    }

    private void awaitCounted(int events) {
        eventually(() -> Performance.get(key.apiKey(), instance, "")
                .then()
                .statusCode(200)
                .body("data.events.total.sum()", is(events)));
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(assertion);
    }
}
