package io.throughline.jobs.job;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class JobResourceTest {

    @Inject
    Sql sql;

    private final TestKey key = TestKeys.issue();

    private RequestSpecification client() {
        return given().header("X-API-Key", key.apiKey()).contentType("application/json");
    }

    private String ask(String body) {
        return client().body(body)
                .post("/api/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
    }

    private JsonPath job(String id) {
        return client().get("/api/jobs/" + id).then().statusCode(200).extract().jsonPath();
    }

    private JsonPath ended(String id, String status) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(
                        () -> assertThat(job(id).getString("data.status")).isEqualTo(status));
        return job(id);
    }

    @Test
    void runsAnEchoAndShowsItAsPromised() {
        String id = client().body("{\"type\":\"echo\",\"parameters\":{\"a\":[1,\"é\"]},\"priority\":\"high\"}")
                .post("/api/jobs")
                .then()
                .statusCode(202)
                .body("success", equalTo(true))
                .body("data.status", equalTo("pending"))
                .extract()
                .path("data.jobId");
        ended(id, "completed");
        client().get("/api/jobs/" + id)
                .then()
                .body("data.result.a", hasItems(1, "é"))
                .body("data.parameters.a", hasItems(1, "é"))
                .body("data.priority", equalTo("high"))
                .body("data.attempt", equalTo(1))
                .body("data.maxAttempts", equalTo(5))
                .body("data.error", nullValue())
                .body("data.createdAt", notNullValue())
                .body("data.startedAt", notNullValue())
                .body("data.completedAt", notNullValue());
    }

    @Test
    void retriesWithBackoffAndReportsProgress() {
        String id = ask("{\"type\":\"sleep\",\"parameters\":{\"millis\":20,\"failTimes\":2,\"steps\":4}}");
        JsonPath job = ended(id, "completed");
        assertThat(job.getInt("data.attempt")).isEqualTo(3);
        assertThat(job.getInt("data.progress.done")).isEqualTo(4);
        assertThat(job.getInt("data.progress.total")).isEqualTo(4);
    }

    @Test
    void aSleepGoesOnAtTheStepItGotTo() {
        String id = ask(
                "{\"type\":\"sleep\",\"parameters\":{\"millis\":600000,\"steps\":4},\"runAt\":\"2999-01-01T00:00:00Z\"}");
        sql.update("""
                UPDATE job SET checkpoint = '{"step":4}', run_at = clock_timestamp()
                WHERE id = ?
                """, UUID.fromString(id));
        ended(id, "completed");
    }

    @Test
    void failsAfterFiveAttemptsAndCanBeRetriedByHand() {
        String id = ask("{\"type\":\"sleep\",\"parameters\":{\"millis\":0,\"failTimes\":5}}");
        JsonPath job = ended(id, "failed");
        assertThat(job.getInt("data.attempt")).isEqualTo(5);
        assertThat(job.getString("data.error.code")).isEqualTo("asked_to_fail");
        client().post("/api/jobs/" + id + "/cancel").then().statusCode(409).body("code", equalTo("job_finished"));
        client().post("/api/jobs/" + id + "/retry").then().statusCode(200).body("data.status", equalTo("pending"));
    }

    @Test
    void cancelsWhatWaitsAndWhatRuns() {
        String later = ask("{\"type\":\"echo\",\"runAt\":\"2999-01-01T00:00:00Z\"}");
        client().post("/api/jobs/" + later + "/cancel")
                .then()
                .statusCode(200)
                .body("data.status", equalTo("cancelled"));
        client().post("/api/jobs/" + later + "/cancel").then().statusCode(409);
        String running = ask("{\"type\":\"sleep\",\"parameters\":{\"millis\":600000}}");
        ended(running, "processing");
        client().post("/api/jobs/" + running + "/cancel").then().statusCode(200);
        ended(running, "cancelled");
        client().post("/api/jobs/" + running + "/retry").then().statusCode(200);
        client().post("/api/jobs/" + running + "/retry")
                .then()
                .statusCode(409)
                .body("code", equalTo("job_not_retryable"));
        client().post("/api/jobs/" + running + "/cancel").then().statusCode(200);
    }

    @Test
    void namesEverythingThatIsWrong() {
        client().body("{\"type\":\"fly\",\"priority\":\"urgent\",\"uniqueKey\":\"\"}")
                .post("/api/jobs")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/type", "/priority", "/uniqueKey"));
        client().body("{\"type\":\"sleep\",\"parameters\":{\"millis\":-1}}")
                .post("/api/jobs")
                .then()
                .statusCode(422)
                .body("errors[0].detail", equalTo("millis must be between 0 and 3600000"));
        client().body("{\"type\":\"sleep\",\"parameters\":{\"millis\":\"soon\"}}")
                .post("/api/jobs")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/parameters/millis"));
        client().body("{\"type\":\"echo\",\"runAt\":\"tomorrow\"}")
                .post("/api/jobs")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/runAt"));
        client().body("{\"type\":\"echo\",\"parameters\":{\"a\":\"\\u0000\"}}")
                .post("/api/jobs")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/parameters"));
        client().body("{\"type\":\"import\"}").post("/api/jobs").then().statusCode(422);
        client().post("/api/jobs").then().statusCode(422);
        client().get("/api/jobs?status=sleeping&since=x")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/status", "/since"));
        client().get("/api/jobs/" + UUID.randomUUID()).then().statusCode(404);
        client().body("{\"workflowName\":\"none\"}")
                .post("/api/workflows")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/workflowName"));
    }

    @Test
    void answersTheSameJobForAUniqueKeyUntilItHasEnded() {
        String body = "{\"type\":\"echo\",\"runAt\":\"2999-01-01T00:00:00Z\",\"uniqueKey\":\"nightly\"}";
        String first = ask(body);
        assertThat(ask(body)).isEqualTo(first);
        client().post("/api/jobs/" + first + "/cancel").then().statusCode(200);
        String second = ask(body);
        assertThat(second).isNotEqualTo(first);
        client().post("/api/jobs/" + first + "/retry").then().statusCode(409).body("code", equalTo("unique_key_taken"));
    }

    @Test
    void pagesNewestFirstThroughEveryFilter() {
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            asked.addFirst(ask("{\"type\":\"echo\",\"runAt\":\"2999-01-01T00:00:00Z\"}"));
        }
        ask("{\"type\":\"sleep\",\"runAt\":\"2999-01-01T00:00:00Z\"}");
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            var request = client().queryParam("limit", 3)
                    .queryParam("type", "echo")
                    .queryParam("status", "pending")
                    .queryParam("since", "2020-01-01")
                    .queryParam("until", "2998-01-01T00:00:00Z");
            JsonPath page = (cursor == null ? request : request.queryParam("cursor", cursor))
                    .get("/api/jobs")
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            seen.addAll(page.getList("data.jobId"));
            cursor = page.getString("page.next");
        } while (cursor != null);
        assertThat(seen).isEqualTo(asked);
        assertThat(new HashSet<>(seen)).hasSize(7);
    }

    @Test
    void findsJobsByATextOverHttp() {
        String ann =
                ask("{\"type\":\"echo\",\"parameters\":{\"for\":\"Ann 100% _\"},\"runAt\":\"2999-01-01T00:00:00Z\"}");
        String bob = ask("{\"type\":\"echo\",\"uniqueKey\":\"bob-1\",\"runAt\":\"2999-01-01T00:00:00Z\"}");
        Map<String, List<String>> expected = Map.of(
                "ANN 1",
                List.of(ann),
                "% _",
                List.of(ann),
                "bob-",
                List.of(bob),
                "echo",
                List.of(bob, ann),
                bob,
                List.of(bob),
                " ",
                List.of(bob, ann),
                "bob_1",
                List.of());
        expected.forEach((text, ids) -> assertThat(client().queryParam("text", text)
                        .get("/api/jobs")
                        .then()
                        .statusCode(200)
                        .body("page.next", nullValue())
                        .extract()
                        .jsonPath()
                        .getList("data.jobId", String.class))
                .as(text)
                .isEqualTo(ids));
        client().queryParam("type", "a\0")
                .queryParam("text", "b".repeat(201))
                .get("/api/jobs")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/type", "/text"));
    }

    @Test
    void showsTheQueueInTheMonitor() {
        ask("{\"type\":\"echo\",\"runAt\":\"2999-01-01T00:00:00Z\"}");
        ended(ask("{\"type\":\"sleep\",\"parameters\":{\"failTimes\":5}}"), "failed");
        TestClock.advance(Duration.ofSeconds(6));
        client().get("/internal/monitor")
                .then()
                .statusCode(200)
                .body("data.queue.byType.echo.pending", greaterThanOrEqualTo(1))
                .body("data.queue.oldestAgeSeconds", notNullValue())
                .body("data.queue.attemptsHere", greaterThanOrEqualTo(5))
                .body("data.queue.byTypeHere.sleep.attempts", greaterThanOrEqualTo(5))
                .body("data.queue.byTypeHere.sleep.deathsByCode.asked_to_fail", greaterThanOrEqualTo(1))
                .body("data.queue.byTypeHere.sleep.waitP99Millis", greaterThan(0f));
        TestClock.reset();
    }

    @Test
    void showsThemAsMetrics() {
        ended(ask("{\"type\":\"echo\"}"), "completed");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> given().get("/q/metrics")
                        .then()
                        .statusCode(200)
                        .body(containsString("throughline_jobs_run_seconds_bucket{type=\"echo\""))
                        .body(containsString("throughline_jobs_wait_seconds_count{type=\"echo\""))
                        .body(containsString("throughline_jobs_ends_total{outcome=\"completed\",type=\"echo\""))
                        .body(containsString("throughline_jobs_pending{type=\"echo\"")));
    }
}
