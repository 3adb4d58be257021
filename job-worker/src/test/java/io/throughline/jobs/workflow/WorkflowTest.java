package io.throughline.jobs.workflow;

import static io.throughline.jobs.workflow.WorkflowClient.of;
import static io.throughline.jobs.workflow.WorkflowClient.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Over HTTP, run by the service's own worker. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class WorkflowTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Inject
    Sql sql;

    private final WorkflowClient client = new WorkflowClient();

    private List<Map<String, Object>> jobsOf(String workflow) {
        return sql.list(
                "SELECT id, status, priority, attempt, max_attempts, time_limit_ms, user_id FROM job WHERE parent_id = ?",
                row -> Map.of(
                        "id", row.uuid("id").toString(),
                        "status", row.text("status"),
                        "priority", row.integer("priority"),
                        "maxAttempts", row.integer("max_attempts"),
                        "timeLimit", row.number("time_limit_ms"),
                        "user", row.uuid("user_id")),
                UUID.fromString(workflow));
    }

    /** As the chore does that removes old jobs. */
    @Test
    void forgetsARunAndItsStepsWithItsJob() {
        String id = client.start("greet", Map.of("name", "Ann", "pauseMillis", 1));
        client.ended(id, "completed");
        UUID run = UUID.fromString(id);
        String rows = "SELECT 1 FROM workflow_run JOIN workflow_step ON run_id = id WHERE id = ?";
        assertThat(sql.list(rows, row -> 1, run)).isNotEmpty();
        sql.update("DELETE FROM job WHERE id = ?", run);
        assertThat(sql.list("SELECT 1 FROM workflow_run WHERE id = ?", row -> 1, run))
                .isEmpty();
        assertThat(sql.list("SELECT 1 FROM workflow_step WHERE run_id = ?", row -> 1, run))
                .isEmpty();
    }

    @Test
    void runsTheBuiltInExampleAndShowsEachStep() {
        String id = client.http()
                .body(
                        "{\"workflowName\":\"greet\",\"inputs\":{\"name\":\"Ann\",\"pauseMillis\":1},\"priority\":\"high\"}")
                .post("/api/workflows")
                .then()
                .statusCode(202)
                .body("data.status", equalTo("pending"))
                .extract()
                .path("data.jobId");
        JsonPath workflow = client.ended(id, "completed");
        assertThat(workflow.getString("data.type")).isEqualTo("workflow");
        assertThat(workflow.getString("data.workflowName")).isEqualTo("greet");
        assertThat(workflow.getInt("data.attempt")).isEqualTo(1);
        assertThat(workflow.getInt("data.progress.done")).isEqualTo(4);
        assertThat(workflow.getInt("data.progress.total")).isEqualTo(4);
        assertThat(workflow.<Boolean>get("data.parameters.inputs.loud")).isFalse();
        assertThat(workflow.<List<String>>get("data.steps.name"))
                .containsExactly("pause", "greeting", "shout", "answer");
        assertThat(steps(workflow))
                .isEqualTo(Map.of(
                        "pause", "completed", "greeting", "completed", "shout", "skipped", "answer", "completed"));
        assertThat(workflow.<String>get("data.result.steps.answer.greeting")).isEqualTo("Hello Ann");
        assertThat(workflow.<Integer>get("data.result.steps.answer.pausedMillis"))
                .isEqualTo(1);
        assertThat(workflow.<Object>get("data.result.steps.answer.shout")).isNull();
        assertThat(WorkflowClient.<String>of(workflow, "greeting", "output.text"))
                .isEqualTo("Hello Ann");
        assertThat(WorkflowClient.<Integer>of(workflow, "answer", "attempt")).isEqualTo(1);
        assertThat(WorkflowClient.<String>of(workflow, "answer", "startedAt")).isNotNull();
        assertThat(WorkflowClient.<String>of(workflow, "answer", "completedAt")).isNotNull();
        assertThat(WorkflowClient.<Object>of(workflow, "shout", "jobId")).isNull();
        assertThat(jobsOf(id))
                .hasSize(3)
                .allSatisfy(
                        job -> assertThat(job).containsEntry("priority", 2).containsEntry("user", client.key.userId()));
        client.http()
                .get("/api/jobs/" + WorkflowClient.<String>of(workflow, "answer", "jobId"))
                .then()
                .body("data.parameters.greeting", equalTo("Hello Ann"));
        client.http().get("/api/jobs/" + id).then().body("data.type", equalTo("workflow"));
    }

    @Test
    void runsBranchesBesideEachOtherAndWaitsForBoth() {
        String id = client.run("""
                steps:
                  - {name: begin, type: echo}
                  - {name: long, type: sleep, parameters: {millis: 600000}, after: [begin]}
                  - {name: short, type: echo, parameters: {x: 1}, after: [begin], attempts: 2, timeLimit: PT30S}
                  - {name: end, type: echo, after: [long, short]}
                """, Map.of());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(steps(client.show(id)))
                        .isEqualTo(Map.of(
                                "begin", "completed", "long", "running", "short", "completed", "end", "waiting")));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(client.show(id).getInt("data.progress.done")).isEqualTo(2));
        assertThat(jobsOf(id))
                .hasSize(3)
                .anySatisfy(
                        job -> assertThat(job).containsEntry("maxAttempts", 2).containsEntry("timeLimit", 30_000L));
        client.http().post("/api/jobs/" + id + "/cancel").then().statusCode(200);
    }

    @Test
    void leavesOutWhatItsConditionForbidsAndGoesOn() {
        String yaml = """
                inputs: {n: {required: true}}
                steps:
                  - {name: first, type: echo, parameters: {value: "${inputs.n}"}}
                  - {name: large, type: echo, when: steps.first.output.value > 10}
                  - {name: small, type: echo, when: not steps.first.output.value > 10, after: [first]}
                  - {name: last, type: echo, parameters: {text: "n=${inputs.n}"}, after: [large, small]}
                """;
        JsonPath twelve = client.ended(client.run(yaml, Map.of("n", 12)), "completed");
        assertThat(steps(twelve))
                .isEqualTo(Map.of("first", "completed", "large", "completed", "small", "skipped", "last", "completed"));
        JsonPath three = client.ended(client.start("it", Map.of("n", 3)), "completed");
        assertThat(steps(three))
                .isEqualTo(Map.of("first", "completed", "large", "skipped", "small", "completed", "last", "completed"));
        assertThat(three.<String>get("data.result.steps.last.text")).isEqualTo("n=3");
        assertThat(three.<Map<String, Object>>get("data.result.steps")).containsOnlyKeys("first", "small", "last");
    }

    @Test
    void retriesAStepAsOftenAsItMay() {
        JsonPath workflow = client.ended(client.run("""
                        steps:
                          - {name: flaky, type: sleep, parameters: {failTimes: 2}, attempts: 3}
                        """, Map.of()), "completed");
        assertThat(WorkflowClient.<Integer>of(workflow, "flaky", "attempt")).isEqualTo(3);
        assertThat(workflow.getInt("data.attempt")).isEqualTo(1);
    }

    @Test
    void failsWithTheStepAndCancelsWhatStillRuns() {
        String id = client.run("""
                steps:
                  - {name: long, type: sleep, parameters: {millis: 600000}}
                  - {name: bad, type: sleep, parameters: {failTimes: 9}, attempts: 2, after: []}
                  - {name: never, type: echo, after: [bad]}
                """, Map.of());
        JsonPath workflow = client.ended(id, "failed");
        assertThat(workflow.getString("data.error.code")).isEqualTo("step_failed");
        assertThat(workflow.getString("data.error.message")).startsWith("Step bad failed: asked_to_fail: Attempt 2");
        assertThat(steps(workflow)).isEqualTo(Map.of("long", "cancelled", "bad", "failed", "never", "cancelled"));
        assertThat(WorkflowClient.<String>of(workflow, "bad", "error.code")).isEqualTo("asked_to_fail");
        assertThat(jobsOf(id)).extracting(job -> job.get("status")).containsExactlyInAnyOrder("cancelled", "failed");
    }

    @Test
    void goesOnAfterAFailureThatIsAllowed() {
        JsonPath workflow = client.ended(client.run("""
                        steps:
                          - {name: bad, type: sleep, parameters: {failTimes: 9}, attempts: 1, onFailure: continue}
                          - {name: next, type: echo, parameters: {was: "${steps.bad.output.millis}"}}
                          - {name: fallback, type: echo, when: steps.bad.output == null}
                        """, Map.of()), "completed");
        assertThat(steps(workflow)).isEqualTo(Map.of("bad", "failed", "next", "completed", "fallback", "completed"));
        assertThat(workflow.getInt("data.progress.done")).isEqualTo(3);
    }

    @Test
    void goesOnAtTheFailedStepsWhenRetriedByHand() {
        String id = client.run("""
                steps:
                  - {name: once, type: echo}
                  - {name: flaky, type: sleep, parameters: {failTimes: 1}, attempts: 1}
                  - {name: end, type: echo}
                """, Map.of());
        JsonPath failed = client.ended(id, "failed");
        String once = of(failed, "once", "completedAt");
        // Its attempts are counted from 1 again, so it fails again: the limit is raised behind its back.
        sql.update(
                "UPDATE job SET parameters = '{\"millis\":0}' WHERE id = ?",
                UUID.fromString(of(failed, "flaky", "jobId")));
        client.http().post("/api/jobs/" + id + "/retry").then().statusCode(200);
        JsonPath workflow = client.ended(id, "completed");
        assertThat(steps(workflow)).isEqualTo(Map.of("once", "completed", "flaky", "completed", "end", "completed"));
        assertThat(WorkflowClient.<String>of(workflow, "once", "completedAt")).isEqualTo(once);
        assertThat(workflow.<Object>get("data.error")).isNull();
        assertThat(jobsOf(id)).hasSize(3);
    }

    @Test
    void failsAgainWhenTheRetriedStepDoes() {
        String id = client.run("""
                steps:
                  - {name: bad, type: sleep, parameters: {failTimes: 9}, attempts: 1}
                """, Map.of());
        String first = of(client.ended(id, "failed"), "bad", "completedAt");
        client.http().post("/api/jobs/" + id + "/retry").then().statusCode(200);
        await().atMost(SOON).untilAsserted(() -> {
            JsonPath again = client.show(id);
            assertThat(again.getString("data.status")).isEqualTo("failed");
            assertThat(Instant.parse(of(again, "bad", "completedAt"))).isAfter(Instant.parse(first));
        });
    }

    @Test
    void cancelsItsStepsAndTakesThemUpAgain() {
        String id = client.run("""
                steps:
                  - {name: first, type: echo}
                  - {name: long, type: sleep, parameters: {millis: 600000}}
                  - {name: last, type: echo, after: [first, long]}
                """, Map.of());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(steps(client.show(id))).containsEntry("long", "running"));
        client.http().post("/api/jobs/" + id + "/cancel").then().statusCode(200);
        JsonPath cancelled = client.ended(id, "cancelled");
        assertThat(steps(cancelled)).isEqualTo(Map.of("first", "completed", "long", "cancelled", "last", "cancelled"));
        String job = of(cancelled, "long", "jobId");
        client.http().get("/api/jobs/" + job).then().body("data.status", equalTo("cancelled"));
        sql.update("UPDATE job SET parameters = '{\"millis\":0}' WHERE id = ?", UUID.fromString(job));
        client.http().post("/api/jobs/" + id + "/retry").then().statusCode(200);
        assertThat(steps(client.ended(id, "completed")))
                .isEqualTo(Map.of("first", "completed", "long", "completed", "last", "completed"));
    }

    @Test
    void failsWhenSomebodyCancelsOneStep() {
        String id = client.run("""
                steps:
                  - {name: long, type: sleep, parameters: {millis: 600000}}
                """, Map.of());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(steps(client.show(id))).containsEntry("long", "running"));
        client.http()
                .post("/api/jobs/" + of(client.show(id), "long", "jobId") + "/cancel")
                .then()
                .statusCode(200);
        JsonPath workflow = client.ended(id, "failed");
        assertThat(workflow.getString("data.error.message")).isEqualTo("Step long was cancelled");
    }

    @Test
    void failsAStepThatWouldGetMoreThanAJobTakes() {
        StringBuilder yaml = new StringBuilder("inputs: {x: {required: true}}\nsteps:\n"
                + "  - {name: s0, type: echo, parameters: {x: \"${inputs.x}\"}}\n");
        for (int i = 1; i < 30; i++) {
            yaml.append("  - {name: s%d, type: echo, parameters: {x: \"${steps.s%d.output.x}${steps.s%d.output.x}\"}}\n"
                    .formatted(i, i - 1, i - 1));
        }
        String id = client.run(yaml.toString(), Map.of("x", "x".repeat(1000)));
        JsonPath workflow = client.ended(id, "failed");
        assertThat(workflow.getString("data.error.message")).startsWith("Step s9 failed: parameters_too_large");
    }

    @Test
    void keepsTheDefinitionItBeganWith() {
        String id = client.run("""
                steps:
                  - {name: wait, type: sleep, parameters: {millis: 300}}
                  - {name: old, type: echo}
                """, Map.of());
        client.define("it", "steps: [{name: changed, type: echo}]").statusCode(200);
        assertThat(steps(client.ended(id, "completed"))).containsOnlyKeys("wait", "old");
    }

    @Test
    void namesEverythingThatIsWrongWithARequest() {
        client.http()
                .body("{\"workflowName\":\"greet\",\"priority\":\"urgent\",\"inputs\":{\"nmae\":1}}")
                .post("/api/workflows")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/priority", "/inputs/nmae", "/inputs/name"));
        client.http()
                .body("{}")
                .post("/api/workflows")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/workflowName"));
        client.http()
                .body("{\"workflowName\":\"greet\",\"inputs\":{\"name\":\"\\u0000\"}}")
                .post("/api/workflows")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/inputs"));
        client.http().post("/api/workflows").then().statusCode(422);
        client.http().get("/api/workflows/" + UUID.randomUUID()).then().statusCode(404);
        client.http()
                .body("{\"type\":\"workflow\"}")
                .post("/api/jobs")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/type"));
    }

    @Test
    void hidesEachTenantsWorkflowsFromOthers() {
        WorkflowClient stranger = new WorkflowClient();
        String id = client.run("steps: [{name: mine, type: echo}]", Map.of());
        stranger.http().get("/api/workflows/" + id).then().statusCode(404);
        stranger.http().get("/api/workflows/definitions/it").then().statusCode(404);
        stranger.http().delete("/api/workflows/definitions/it").then().statusCode(404);
        stranger.http()
                .body("{\"workflowName\":\"it\"}")
                .post("/api/workflows")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/workflowName"));
        stranger.define("it", "steps: [{name: theirs, type: echo}]").statusCode(200);
        client.http()
                .get("/api/workflows/definitions/it")
                .then()
                .statusCode(200)
                .body("data.steps.name", equalTo(List.of("mine")));
    }
}
