package io.throughline.jobs.workflow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A tenant that works with workflows over HTTP. */
final class WorkflowClient {

    final TestKey key = TestKeys.issue();

    RequestSpecification http() {
        return given().header("X-API-Key", key.apiKey()).contentType("application/json");
    }

    ValidatableResponse define(String name, String yaml) {
        return http().contentType("application/yaml")
                .body(yaml.getBytes(StandardCharsets.UTF_8))
                .put("/api/workflows/definitions/" + name)
                .then();
    }

    String start(String name, Map<String, Object> inputs) {
        String id = http().body(Map.of("workflowName", name, "inputs", inputs))
                .post("/api/workflows")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
        return id;
    }

    /** Defines and starts it. */
    String run(String yaml, Map<String, Object> inputs) {
        define("it", yaml).statusCode(200);
        return start("it", inputs);
    }

    JsonPath show(String id) {
        return http().get("/api/workflows/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    JsonPath ended(String id, String status) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(
                        () -> assertThat(show(id).getString("data.status")).isEqualTo(status));
        return show(id);
    }

    /** Status by step, as the workflow shows them. */
    static Map<String, String> steps(JsonPath workflow) {
        Map<String, String> steps = new HashMap<>();
        workflow.<Map<String, Object>>getList("data.steps")
                .forEach(step -> steps.put((String) step.get("name"), (String) step.get("status")));
        return steps;
    }

    static <T> T of(JsonPath workflow, String step, String field) {
        return workflow.get("data.steps.find { it.name == '" + step + "' }." + field);
    }
}
