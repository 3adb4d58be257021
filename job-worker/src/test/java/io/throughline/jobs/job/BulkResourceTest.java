package io.throughline.jobs.job;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.throughline.jobs.job.BulkChange.Tally;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class BulkResourceTest {

    private static final String LATER = "\"runAt\":\"2999-01-01T00:00:00Z\"";

    @Inject
    Sql sql;

    @Inject
    Json json;

    private final TestKey key = TestKeys.issue();

    private static RequestSpecification client(TestKey key) {
        return given().header("X-API-Key", key.apiKey()).contentType("application/json");
    }

    private String ask(TestKey of, String body) {
        return client(of)
                .body(body)
                .post("/api/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
    }

    private String waiting(String type) {
        return ask(key, "{\"type\":\"" + type + "\"," + LATER + "}");
    }

    private JsonPath job(String id) {
        return client(key)
                .get("/api/jobs/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private String status(String id) {
        return job(id).getString("data.status");
    }

    private JsonPath ended(String id, String status) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(status(id)).isEqualTo(status));
        return job(id);
    }

    private ValidatableResponse bulk(String what, String body) {
        return client(key).body(body).post("/api/jobs/" + what).then();
    }

    /** As asked, to its end. */
    private Map<String, Object> result(String what, String body) {
        ValidatableResponse answer = bulk(what, body).statusCode(202).body("data.status", equalTo("pending"));
        String id = answer.extract().path("data.jobId");
        answer.body("data.statusUrl", equalTo("/api/jobs/" + id));
        return ended(id, "completed").getMap("data.result");
    }

    private void matching(String what, String body, int expected) {
        bulk(what, body)
                .statusCode(200)
                .body("data.dryRun", equalTo(true))
                .body("data.matching", equalTo(expected))
                .body("data.more", equalTo(false));
    }

    @Test
    void cancelsWhatMatchesAndNothingElse() {
        List<String> echoes =
                IntStream.range(0, 5).mapToObj(each -> waiting("echo")).toList();
        String sleep = waiting("sleep");
        String others = ask(TestKeys.issue(), "{\"type\":\"echo\"," + LATER + "}");
        matching("cancel", "{\"type\":\"echo\",\"dryRun\":true}", 5);
        assertThat(echoes).as("only counted").allMatch(id -> status(id).equals("pending"));
        assertThat(result("cancel", "{\"type\":\"echo\"}")).isEqualTo(Map.of("cancelled", 5));
        assertThat(echoes).allMatch(id -> status(id).equals("cancelled"));
        assertThat(status(sleep)).isEqualTo("pending");
        String theirs =
                sql.one("SELECT status FROM job WHERE id = ?", row -> row.text("status"), UUID.fromString(others));
        assertThat(theirs).as("another tenant's").isEqualTo("pending");
        matching("cancel", "{\"type\":\"echo\",\"dryRun\":true}", 0);
    }

    @Test
    void cancelsByStatusTimeAndText() {
        String running = ask(key, "{\"type\":\"sleep\",\"parameters\":{\"millis\":600000}}");
        String ann = ask(key, "{\"type\":\"echo\",\"parameters\":{\"for\":\"ann@x.example\"}," + LATER + "}");
        String bob = ask(key, "{\"type\":\"echo\",\"parameters\":{\"for\":\"bob@x.example\"}," + LATER + "}");
        ended(running, "processing");
        matching("cancel", "{\"status\":\"processing\",\"dryRun\":true}", 1);
        matching("cancel", "{\"since\":\"2020-01-01\",\"dryRun\":true}", 3);
        matching("cancel", "{\"until\":\"2020-01-01T00:00:00Z\",\"dryRun\":true}", 0);
        matching("cancel", "{\"status\":\"pending\",\"text\":\"%\",\"dryRun\":true}", 0);
        assertThat(result("cancel", "{\"text\":\"ANN@\"}")).isEqualTo(Map.of("cancelled", 1));
        assertThat(status(ann)).isEqualTo("cancelled");
        assertThat(status(bob)).isEqualTo("pending");
        assertThat(result("cancel", "{\"status\":\"processing\"}")).isEqualTo(Map.of("cancelled", 1));
        assertThat(status(running)).isEqualTo("cancelled");
    }

    @Test
    void cancelsAWorkflowBeforeItsSteps() {
        client(key)
                .body("{\"steps\":[{\"name\":\"a\",\"type\":\"sleep\",\"parameters\":{\"millis\":600000},\"after\":[]},"
                        + "{\"name\":\"b\",\"type\":\"sleep\",\"parameters\":{\"millis\":600000},\"after\":[]}]}")
                .put("/api/workflows/definitions/long")
                .then()
                .statusCode(200);
        String run = client(key)
                .body("{\"workflowName\":\"long\"}")
                .post("/api/workflows")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> client(key)
                        .get("/api/jobs?type=sleep&status=processing")
                        .then()
                        .body("data.size()", equalTo(2)));
        assertThat(result("cancel", "{\"since\":\"2020-01-01\"}")).isEqualTo(Map.of("cancelled", 1));
        assertThat(status(run)).isEqualTo("cancelled");
        client(key).get("/api/jobs?type=sleep&status=cancelled").then().body("data.size()", equalTo(2));
    }

    @Test
    void retriesWhatFailedAndLeavesOutWhatMayNotRunTwice() {
        String failing = ask(key, "{\"type\":\"sleep\",\"parameters\":{\"failTimes\":5}}");
        String done = ask(key, "{\"type\":\"echo\"}");
        String keyed = ask(key, "{\"type\":\"echo\",\"uniqueKey\":\"nightly\"," + LATER + "}");
        ended(failing, "failed");
        ended(done, "completed");
        client(key).post("/api/jobs/" + keyed + "/cancel").then().statusCode(200);
        ask(key, "{\"type\":\"echo\",\"uniqueKey\":\"nightly\"," + LATER + "}");
        String cancelled = waiting("echo");
        client(key).post("/api/jobs/" + cancelled + "/cancel").then().statusCode(200);
        matching("retry", "{\"since\":\"2020-01-01\",\"dryRun\":true}", 3);
        assertThat(result("retry", "{\"since\":\"2020-01-01\"}")).isEqualTo(Map.of("retried", 2, "skipped", 1));
        assertThat(status(keyed)).isEqualTo("cancelled");
        ended(cancelled, "completed");
        assertThat(ended(failing, "failed").getInt("data.attempt")).isEqualTo(5);
    }

    @Test
    void retriesAWorkflowSoThatItsFailedStepRunsAgain() {
        client(key)
                .body(
                        "{\"steps\":[{\"name\":\"a\",\"type\":\"sleep\",\"attempts\":1,\"parameters\":{\"failTimes\":1}}]}")
                .put("/api/workflows/definitions/once")
                .then()
                .statusCode(200);
        String run = client(key)
                .body("{\"workflowName\":\"once\"}")
                .post("/api/workflows")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
        ended(run, "failed");
        matching("retry", "{\"status\":\"failed\",\"type\":\"workflow\",\"dryRun\":true}", 1);
        assertThat(result("retry", "{\"status\":\"failed\",\"type\":\"workflow\"}"))
                .isEqualTo(Map.of("retried", 1, "skipped", 0));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> client(key).get("/api/jobs?type=sleep").then().body("data[0].status", equalTo("failed")));
        ended(run, "failed");
        long failures = sql.one(
                "SELECT count(*) AS runs FROM job_event WHERE job_id = ? AND type = 'job.failed'",
                row -> row.number("runs"),
                UUID.fromString(run));
        assertThat(failures).isEqualTo(2);
    }

    @Test
    void refusesToMeanEverything() {
        for (String body : List.of("{}", "{\"dryRun\":true}", "{\"status\":null}")) {
            bulk("cancel", body)
                    .statusCode(422)
                    .body(
                            "errors[0].detail",
                            equalTo("needs at least one of status, type," + " since, until and text"));
        }
        bulk(
                        "cancel",
                        "{\"status\":\"completed\",\"type\":\"\",\"text\":\" \",\"untill\":\"2026-01-01\",\"since\":\"x\"}")
                .statusCode(422)
                .body("errors.pointer", hasItems("/status", "/type", "/text", "/untill", "/since"));
        bulk("retry", "{\"status\":\"pending\"}")
                .statusCode(422)
                .body("errors[0].detail", equalTo("must be failed or cancelled here"));
        bulk("retry", "{\"text\":\"" + "a".repeat(201) + "\"}").statusCode(422);
        bulk("retry", "{\"text\":\"a\\u0000\"}").statusCode(422);
        client(key).post("/api/jobs/cancel").then().statusCode(422);
        client(key).body("{\"type\":\"bulk_cancel\"}").post("/api/jobs").then().statusCode(422);
    }

    @Test
    void leavesBulkChangesThemselvesAlone() {
        String bulk = bulk("cancel", "{\"type\":\"nothing\"}")
                .statusCode(202)
                .extract()
                .path("data.jobId");
        ended(bulk, "completed");
        sql.update("UPDATE job SET status = 'failed' WHERE id = ?", UUID.fromString(bulk));
        matching("retry", "{\"status\":\"failed\",\"dryRun\":true}", 0);
        matching("retry", "{\"type\":\"bulk_cancel\",\"dryRun\":true}", 0);
    }

    @Test
    void goesOnWhereADeadRunHadGotTo() {
        UUID before = UUID.fromString(waiting("echo"));
        UUID after = UUID.fromString(waiting("echo"));
        UUID bulk = Ids.next();
        Tally tally = sql.one(
                "SELECT created_at FROM job WHERE id = ?",
                row -> new Tally(41, 0, row.instant("created_at"), before),
                before);
        sql.update("""
                INSERT INTO job (id, tenant_id, user_id, type, priority, run_at, parameters, checkpoint)
                VALUES (?, ?, ?, 'bulk_cancel', 1, now(), '{"type":"echo"}', ?::jsonb)
                """, bulk, key.tenantId(), key.tenantId(), json.text(tally));
        assertThat(ended(bulk.toString(), "completed").getMap("data.result")).isEqualTo(Map.of("cancelled", 42));
        assertThat(job(bulk.toString()).getInt("data.progress.done")).isEqualTo(42);
        assertThat(job(bulk.toString()).getInt("data.progress.total")).isEqualTo(42);
        assertThat(status(before.toString())).isEqualTo("pending");
        assertThat(status(after.toString())).isEqualTo("cancelled");
    }

    @Test
    void meansNoJobsThatCameAfterItWasAsked() {
        UUID bulk = Ids.next();
        sql.update("""
                INSERT INTO job (id, tenant_id, user_id, type, priority, run_at, parameters, created_at)
                VALUES (?, ?, ?, 'bulk_cancel', 1, 'infinity', '{"type":"echo"}', now() - interval '1 minute')
                """, bulk, key.tenantId(), key.tenantId());
        String later = waiting("echo");
        sql.update("UPDATE job SET run_at = now() WHERE id = ?", bulk);
        assertThat(ended(bulk.toString(), "completed").getMap("data.result")).isEqualTo(Map.of("cancelled", 0));
        assertThat(status(later)).isEqualTo("pending");
    }
}
