package io.throughline.jobs.job;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class JobBatchTest {

    @Inject
    Sql sql;

    private final TestKey key = TestKeys.issue();

    private ValidatableResponse put(List<Map<String, Object>> jobs) {
        Map<String, Object> body = new HashMap<>();
        body.put("jobs", jobs);
        return given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(body)
                .post("/api/jobs/batch")
                .then();
    }

    private long stored(String status) {
        return sql.one(
                "SELECT count(*) AS n FROM job WHERE tenant_id = ? AND status = ?",
                row -> row.number("n"),
                key.tenantId(),
                status);
    }

    private static Map<String, Object> echo(int number) {
        return Map.of("type", "echo", "parameters", Map.of("n", number));
    }

    @Test
    void putsThemInInOrderAndDoesThemAll() {
        List<String> ids = put(IntStream.range(0, 300)
                        .mapToObj(JobBatchTest::echo)
                        .toList())
                .statusCode(202)
                .body("data.accepted", equalTo(300))
                .extract()
                .path("data.jobIds");
        await().atMost(Duration.ofSeconds(20)).until(() -> stored("completed") == 300);
        long seventh = sql.one(
                "SELECT (result->>'n')::bigint AS n FROM job WHERE id = ?",
                row -> row.number("n"),
                UUID.fromString(ids.get(7)));
        assertThat(seventh).isEqualTo(7);
    }

    @Test
    void storesNothingWhenOneIsWrongAndNamesIt() {
        put(List.of(echo(1), Map.of("type", "nothing"), Map.of("type", "echo", "priority", "urgent")))
                .statusCode(422)
                .body("errors.pointer", hasItems("/jobs/1/type", "/jobs/2/priority"));
        assertThat(stored("pending") + stored("completed")).isZero();
    }

    @Test
    void saysNoMoreThanAHundredThingsThatAreWrong() {
        put(Collections.nCopies(500, Map.of("type", "nothing"))).statusCode(422).body("errors", hasSize(100));
    }

    @Test
    void takesOneToTenThousand() {
        put(List.of()).statusCode(422).body("errors[0].pointer", equalTo("/jobs"));
        put(null).statusCode(422).body("errors[0].pointer", equalTo("/jobs"));
        put(Collections.singletonList(null)).statusCode(422).body("errors[0].pointer", startsWith("/jobs/0"));
        put(Collections.nCopies(10_001, echo(1))).statusCode(422).body("errors[0].pointer", equalTo("/jobs"));
        assertThat(stored("pending") + stored("completed")).isZero();
    }

    @Test
    void leavesOutWhatIsThereUnfinished() {
        Map<String, Object> once = Map.of("type", "echo", "uniqueKey", "k", "runAt", "2999-01-01T00:00:00Z");
        put(List.of(once)).statusCode(202).body("data.accepted", equalTo(1));
        List<String> ids = put(List.of(once, echo(1), once))
                .statusCode(202)
                .body("data.accepted", equalTo(1))
                .extract()
                .path("data.jobIds");
        assertThat(ids.get(0)).isNull();
        assertThat(ids.get(1)).isNotNull();
        assertThat(ids.get(2)).isNull();
    }

    /** Those without keys and with a time each, those without, and a mixture go different ways into the table. */
    @Test
    void keepsAllThatIsSaidOfEachWhateverTheOthersAre() {
        Map<String, Object> atOnce = Map.of(
                "type",
                "echo",
                "priority",
                "high",
                "parameters",
                Map.of("text", "ü \" \\ \n 𝄞", "list", List.of(1, 2)));
        Map<String, Object> timed = with(atOnce, "runAt", "2999-01-01T00:00:00.123456Z");
        Map<String, Object> keyed = with(timed, "uniqueKey", "k");
        List<List<Map<String, Object>>> mixtures =
                List.of(List.of(timed, timed), List.of(timed, keyed), List.of(timed, atOnce), List.of(atOnce, atOnce));
        for (List<Map<String, Object>> mixture : mixtures) {
            List<String> ids = put(mixture)
                    .statusCode(202)
                    .body("data.accepted", equalTo(2))
                    .extract()
                    .path("data.jobIds");
            isStoredAs(ids.get(0), mixture.get(0));
            isStoredAs(ids.get(1), mixture.get(1));
        }
    }

    private static Map<String, Object> with(Map<String, Object> job, String field, Object value) {
        Map<String, Object> changed = new HashMap<>(job);
        changed.put(field, value);
        return changed;
    }

    private void isStoredAs(String id, Map<String, Object> asked) {
        ValidatableResponse shown = given().header("X-API-Key", key.apiKey())
                .get("/api/jobs/" + id)
                .then()
                .statusCode(200)
                .body("data.type", equalTo("echo"))
                .body("data.priority", equalTo("high"))
                .body("data.maxAttempts", equalTo(5))
                .body("data.parameters", equalTo(asked.get("parameters")));
        if (asked.containsKey("runAt")) {
            shown.body("data.status", equalTo("pending")).body("data.runAt", equalTo(asked.get("runAt")));
        } else {
            await().atMost(Duration.ofSeconds(20)).until(() -> isCompleted(id));
        }
    }

    private boolean isCompleted(String id) {
        return sql.one(
                "SELECT status = 'completed' AS done FROM job WHERE id = ?",
                row -> row.flag("done"),
                UUID.fromString(id));
    }
}
