package io.throughline.analytics.rejected;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Published;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What could not be counted is shown to its tenant with the reason, and can be sent again as it was. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class RejectedResourceTest {

    private static final String PATH = "/api/analytics/rejected";

    private final TestKey key = TestKeys.issue();
    private final UUID person = Ids.next();
    private final Published published = new Published(key, CampaignStub.owns(key.apiKey(), Ids.next()));

    @Test
    void showsEachOnceHoweverOftenItWasParked() {
        ProducerRecord<String, byte[]> bad = bad();
        TestEvents.publish(List.of(bad));
        JsonPath shown = awaitRejected(1);
        assertThat(shown.getString("data[0].reason")).startsWith("invalid_event: eventType must match");
        assertThat(shown.getString("data[0].key")).isEqualTo(person.toString());
        assertThat(shown.getString("data[0].value")).isEqualTo(new String(bad.value(), StandardCharsets.UTF_8));
        assertThat(shown.getString("data[0].headers.ce_id")).isEqualTo("bad-1");

        ProducerRecord<String, byte[]> again =
                new ProducerRecord<>(bad.topic() + ".dlq", null, bad.key(), bad.value(), bad.headers());
        again.headers()
                .add("dlq-topic", bytes(shown.getString("data[0].topic")))
                .add("dlq-partition", bytes(shown.getString("data[0].partition")))
                .add("dlq-offset", bytes(shown.getString("data[0].offset")))
                .add("dlq-reason", bytes("by another consumer"));
        TestEvents.publish(List.of(again));
        TestEvents.publish(List.of(published.engagement("bad-2", person, "e mail", "opened 1 2026-11-01T09:30:00Z")));
        assertThat(awaitRejected(2).getList("data.headers.ce_id")).containsExactly("bad-2", "bad-1");
    }

    @Test
    void showsNothingOfOthers() {
        TestEvents.publish(List.of(bad()));
        JsonPath shown = awaitRejected(1);
        TestKey stranger = TestKeys.issue();
        given().header("X-API-Key", stranger.apiKey()).get(PATH).then().body("data.size()", equalTo(0));
        given().header("X-API-Key", stranger.apiKey())
                .contentType("application/json")
                .body(Map.of("ids", List.of(shown.getString("data[0].id"))))
                .post(PATH + "/replay")
                .then()
                .statusCode(200)
                .body("data.replayed", equalTo(0));
    }

    @Test
    void putsRecordsOnTheirTopicAgain() {
        TestEvents.publish(List.of(bad()));
        JsonPath shown = awaitRejected(1);
        given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(Map.of("ids", List.of(shown.getString("data[0].id"))))
                .post(PATH + "/replay")
                .then()
                .statusCode(200)
                .body("data.replayed", equalTo(1));
        // Still not acceptable: it comes back as a new entry, with the place where it lies now.
        JsonPath both = awaitRejected(2);
        assertThat(both.getString("data[1].replayedAt")).isNotNull();
        assertThat(both.getString("data[0].replayedAt")).isNull();
        assertThat(both.getLong("data[0].offset")).isGreaterThan(both.getLong("data[1].offset"));
        assertThat(both.getString("data[0].value")).isEqualTo(both.getString("data[1].value"));
    }

    @Test
    void refusesAReplayOfNothing() {
        given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body("{\"ids\":[]}")
                .post(PATH + "/replay")
                .then()
                .statusCode(422);
    }

    private ProducerRecord<String, byte[]> bad() {
        return published.engagement("bad-1", person, "email", "Opened! 1 2026-11-01T09:30:00Z");
    }

    private JsonPath awaitRejected(int count) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().header("X-API-Key", key.apiKey())
                        .get(PATH)
                        .then()
                        .statusCode(200)
                        .body("data.size()", equalTo(count)));
        return given().header("X-API-Key", key.apiKey()).get(PATH).jsonPath();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
