package io.throughline.jobs.imports;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactUpsertResult;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys.TestKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** A client that imports files, and the part of enrollment-service: reads the batches, publishes what became of them. */
record ImportClient(TestKey key) {

    private static final ObjectMapper JSON = new ObjectMapper();

    RequestSpecification request() {
        return given().header("X-API-Key", key.apiKey());
    }

    Response send(byte[] file) {
        return request().contentType("text/csv").body(file).post("/api/import/csv");
    }

    UUID accepted(byte[] file) {
        return UUID.fromString(send(file).then().statusCode(202).extract().path("data.jobId"));
    }

    JsonPath job(UUID id) {
        return request().get("/api/jobs/" + id).then().statusCode(200).extract().jsonPath();
    }

    JsonPath ended(UUID id, String status) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(job(id).getString("data.status"))
                        .as(job(id).prettify())
                        .isEqualTo(status));
        return job(id);
    }

    /** The batches of the import that are on the topic, by their numbers; repeated ones too. */
    List<JsonNode> batches(UUID id) {
        return TestEvents.read(Topics.CONTACT_UPSERTS, each -> each.key().startsWith(id.toString())).stream()
                .map(each -> tree(each.value()))
                .sorted(Comparator.comparing(batch -> batch.path("batchNumber").asInt()))
                .toList();
    }

    List<JsonNode> awaitBatches(UUID id, int count) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(batches(id)).hasSizeGreaterThanOrEqualTo(count));
        return batches(id);
    }

    static List<JsonNode> rows(List<JsonNode> batches) {
        List<JsonNode> rows = new ArrayList<>();
        batches.forEach(batch -> batch.path("rows").forEach(rows::add));
        return rows;
    }

    /** All rows of the batch were new. */
    void created(JsonNode batch) {
        result(new ContactUpsertResult(
                UUID.fromString(batch.path("importId").asText()),
                batch.path("batchNumber").asInt(),
                batch.path("rows").size(),
                0,
                0,
                List.of()));
    }

    void result(ContactUpsertResult result) {
        TestEvents.publish(
                Topics.CONTACT_UPSERT_RESULTS,
                result.importId().toString(),
                ContactUpsertResult.TYPE,
                result.importId() + ":" + result.batchNumber() + ":result",
                key.tenantId(),
                result);
    }

    private static JsonNode tree(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
