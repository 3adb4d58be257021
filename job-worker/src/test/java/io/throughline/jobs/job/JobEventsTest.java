package io.throughline.jobs.job;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.jobs.JobRequested;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Jobs over the broker: {@code job.requests.v1} in, {@code job.status.v1} out. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class JobEventsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Inject
    Sql sql;

    private final TestKey key = TestKeys.issue();

    private ProducerRecord<String, byte[]> request(UUID job, Object value) {
        return TestEvents.event(
                Topics.JOB_REQUESTS,
                job.toString(),
                JobRequested.TYPE,
                Ids.next().toString(),
                key.tenantId(),
                value);
    }

    private static JobRequested echo(UUID job, String uniqueKey) {
        return new JobRequested(job, "echo", Map.of("a", 1), "high", null, uniqueKey);
    }

    private static List<ConsumerRecord<String, byte[]>> published(String topic, UUID job) {
        return TestEvents.read(topic, each -> job.toString().equals(each.key()));
    }

    @Test
    void runsARequestedJobOnceHoweverOftenItIsDelivered() {
        UUID job = Ids.next();
        UUID after = Ids.next();
        TestEvents.publish(
                List.of(request(job, echo(job, null)), request(job, echo(job, null)), request(job, echo(job, null))));
        await().atMost(SOON)
                .untilAsserted(() -> given().header("X-API-Key", key.apiKey())
                        .get("/api/jobs/" + job)
                        .then()
                        .statusCode(200)
                        .body("data.status", org.hamcrest.Matchers.equalTo("completed"))
                        .body("data.priority", org.hamcrest.Matchers.equalTo("high"))
                        .body("data.result.a", org.hamcrest.Matchers.equalTo(1)));
        TestEvents.publish(List.of(request(job, echo(job, null)), request(job, echo(after, null))));
        await().atMost(SOON).untilAsserted(() -> assertThat(completions(after)).isEqualTo(1));
        assertThat(completions(job)).isEqualTo(1);
    }

    private long completions(UUID job) {
        return sql.one(
                "SELECT count(*) AS n FROM job_event WHERE job_id = ? AND type = 'job.completed'",
                row -> row.number("n"),
                job);
    }

    @Test
    void parksWhatItCannotAcceptWithTheReasonAndTakesTheRest() {
        UUID unknown = Ids.next();
        UUID nameless = Ids.next();
        UUID noJson = Ids.next();
        UUID nothing = Ids.next();
        UUID badUser = Ids.next();
        UUID good = Ids.next();
        ProducerRecord<String, byte[]> stranger = request(badUser, echo(badUser, null));
        stranger.headers().add("user", "nobody".getBytes(StandardCharsets.UTF_8));
        TestEvents.publish(List.of(
                request(unknown, new JobRequested(unknown, "fly", null, "urgent", null, null)),
                request(nameless, new JobRequested(null, "echo", null, null, null, null)),
                new ProducerRecord<>(
                        Topics.JOB_REQUESTS,
                        null,
                        noJson.toString(),
                        "{\"jobId\":".getBytes(StandardCharsets.UTF_8),
                        request(noJson, Map.of()).headers()),
                new ProducerRecord<>(
                        Topics.JOB_REQUESTS,
                        null,
                        nothing.toString(),
                        "null".getBytes(StandardCharsets.UTF_8),
                        request(nothing, Map.of()).headers()),
                stranger,
                request(good, echo(good, null))));
        await().atMost(SOON).untilAsserted(() -> assertThat(completions(good)).isEqualTo(1));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(reason(unknown)).contains("validation_failed", "/type", "/priority");
            assertThat(reason(nameless)).contains("validation_failed", "/jobId");
            assertThat(reason(noJson)).contains("unreadable");
            assertThat(reason(nothing)).contains("unreadable", "null");
            assertThat(reason(badUser)).contains("invalid_user");
        });
        assertThat(published(Topics.JOB_REQUESTS + ".dlq", good)).isEmpty();
    }

    private static String reason(UUID job) {
        List<ConsumerRecord<String, byte[]>> parked = published(Topics.JOB_REQUESTS + ".dlq", job);
        assertThat(parked).hasSize(1);
        return TestEvents.header(parked.getFirst(), EventHeaders.DLQ_REASON);
    }

    @Test
    void publishesEveryMoveInOrderAsTheJobIsShown() {
        String job = given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body("{\"type\":\"sleep\",\"parameters\":{\"millis\":600,\"failTimes\":1}}")
                .post("/api/jobs")
                .path("data.jobId");
        await().atMost(SOON).untilAsserted(() -> {
            List<JsonPath> moves = published(Topics.JOB_STATUS, UUID.fromString(job)).stream()
                    .map(each -> JsonPath.from(new String(each.value(), StandardCharsets.UTF_8)))
                    .toList();
            assertThat(moves.stream().map(each -> each.getString("job.status")).distinct())
                    .containsExactly("processing", "pending", "completed");
            assertThat(moves.getLast().getString("type")).isEqualTo("job.completed");
            assertThat(moves.stream().map(each -> each.getLong("eventId")))
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(moves.getLast().getMap("job"))
                    .isEqualTo(given().header("X-API-Key", key.apiKey())
                            .get("/api/jobs/" + job)
                            .jsonPath()
                            .getMap("data"));
        });
        ConsumerRecord<String, byte[]> first =
                published(Topics.JOB_STATUS, UUID.fromString(job)).getFirst();
        assertThat(TestEvents.header(first, EventHeaders.TENANT))
                .isEqualTo(key.tenantId().toString());
    }

    @Test
    void acceptsTextAboutTheForbiddenCharacterButNotTheCharacter() {
        String text = "{\"type\":\"echo\",\"parameters\":{\"a\":\"\\\\u0000\"}}";
        String job = given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(text)
                .post("/api/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
        await().atMost(SOON)
                .untilAsserted(() -> given().header("X-API-Key", key.apiKey())
                        .get("/api/jobs/" + job)
                        .then()
                        .body("data.result.a", org.hamcrest.Matchers.equalTo("\\u0000")));
    }
}
