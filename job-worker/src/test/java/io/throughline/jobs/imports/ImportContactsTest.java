package io.throughline.jobs.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactUpsertResult;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class ImportContactsTest {

    @Inject
    Sql sql;

    private final ImportClient client = new ImportClient(TestKeys.issue());

    private static byte[] file(int rows) {
        return text(rows).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(int rows) {
        return IntStream.rangeClosed(1, rows)
                .mapToObj(i -> "p" + i + "@x.example,First" + i)
                .collect(Collectors.joining("\n", "email,first name\n", "\n"));
    }

    @Test
    void sendsEveryRowOnceInBatchesAndEndsWithTheLastResult() {
        UUID id = client.accepted(file(2500));
        List<JsonNode> batches = client.awaitBatches(id, 3);
        assertThat(batches)
                .extracting(batch -> batch.path("batchNumber").asInt())
                .containsExactly(0, 1, 2);
        assertThat(ImportClient.rows(batches))
                .extracting(row -> row.path("email").asText())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 2500)
                        .mapToObj(i -> "p" + i + "@x.example")
                        .toList());

        client.created(batches.get(2));
        client.created(batches.get(0));
        client.created(batches.get(0));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(client.job(id).getLong("data.progress.done")).isPositive());
        assertThat(client.job(id).getString("data.status")).isEqualTo("processing");
        assertThat(client.job(id).getLong("data.progress.total")).isEqualTo(2500);

        client.created(batches.get(1));
        JsonPath job = client.ended(id, "completed");
        assertThat(job.getMap("data.result"))
                .containsEntry("rows", 2500)
                .containsEntry("created", 2500)
                .containsEntry("updated", 0)
                .containsEntry("duplicates", 0)
                .containsEntry("failed", 0)
                .containsEntry("errorFileUrl", null);
        assertThat(job.getLong("data.progress.done")).isEqualTo(2500);
    }

    @Test
    void reportsEveryRefusedRowWithItsLineAndAsItWas() {
        UUID id = client.accepted("""
                Email,Name
                good@x.example,Ann
                bad,"Bo, the
                second"
                a@x.example,Cy,extra
                short@x.example
                %s,Dee
                last@x.example,Zoë
                """.formatted("d".repeat(100_001)).getBytes(StandardCharsets.UTF_8));
        List<JsonNode> batches = client.awaitBatches(id, 1);
        assertThat(ImportClient.rows(batches))
                .extracting(row -> row.path("line").asInt())
                .containsExactly(2, 3, 6, 8);
        client.result(new ContactUpsertResult(
                id,
                0,
                1,
                1,
                1,
                List.of(new ContactUpsertResult.Rejection(3, "invalid_email", "email is not an email address"))));
        JsonPath job = client.ended(id, "completed");
        assertThat(job.getMap("data.result"))
                .containsEntry("rows", 6)
                .containsEntry("created", 1)
                .containsEntry("updated", 1)
                .containsEntry("duplicates", 1)
                .containsEntry("failed", 3);
        String errors = client.request()
                .get(job.getString("data.result.errorFileUrl"))
                .then()
                .statusCode(200)
                .contentType("text/csv")
                .extract()
                .asString();
        assertThat(errors.split("\r\n"))
                .containsExactly(
                        "line,code,detail,Email,Name",
                        "3,invalid_email,email is not an email address,bad,\"Bo, the\nsecond\"",
                        "5,too_many_fields,the row has more fields than the header,a@x.example,Cy,extra",
                        "7,too_long,the row has more than 100000 characters," + "d".repeat(100_001) + ",Dee");
    }

    @Test
    void goesOnWhereAnEarlierRunWasWithoutSendingAnythingTwice() {
        UUID id = client.accepted((text(2500) + "\"never closed,x\n").getBytes(StandardCharsets.UTF_8));
        JsonPath failed = client.ended(id, "failed");
        assertThat(failed.getString("data.error.code")).isEqualTo("unreadable_file");
        assertThat(failed.getString("data.error.message")).contains("row 2500");
        client.request()
                .contentType("application/json")
                .post("/api/jobs/" + id + "/retry")
                .then()
                .statusCode(200);
        client.ended(id, "failed");
        assertThat(client.job(id).getInt("data.attempt")).isEqualTo(1);
        List<JsonNode> batches = client.awaitBatches(id, 2);
        assertThat(batches)
                .extracting(batch -> batch.path("batchNumber").asInt())
                .containsExactly(0, 1);
    }

    /** As when a worker dies: its lease is gone at any moment, and another run begins. */
    @Test
    void leavesNoGapAndNoDoubleHoweverOftenItsWorkerIsLost() {
        int rows = 40_000;
        UUID id = client.accepted(file(rows));
        long reached = -1;
        int lost = 0;
        while (!wholeIsRead(id)) {
            long now = checkpoint(id);
            if (now > reached && sql.update("DELETE FROM job_lease WHERE job_id = ?", id) > 0) {
                reached = now;
                lost++;
            }
        }
        assertThat(lost).as("runs that lost their lease").isGreaterThanOrEqualTo(3);
        List<JsonNode> batches = client.awaitBatches(id, rows / 500);
        assertThat(batches)
                .extracting(batch -> batch.path("batchNumber").asInt())
                .containsExactlyElementsOf(
                        IntStream.range(0, rows / 500).boxed().toList());
        assertThat(ImportClient.rows(batches).stream()
                        .sorted(Comparator.comparing(row -> row.path("line").asLong())))
                .extracting(row -> row.path("email").asText())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, rows)
                        .mapToObj(i -> "p" + i + "@x.example")
                        .toList());
        batches.forEach(client::created);
        assertThat(client.ended(id, "completed").getLong("data.result.created")).isEqualTo(rows);
    }

    private boolean wholeIsRead(UUID id) {
        return sql.one("SELECT batches IS NOT NULL AS whole FROM import WHERE id = ?", row -> row.flag("whole"), id);
    }

    private long checkpoint(UUID id) {
        return sql.one(
                "SELECT coalesce((checkpoint ->> 'rows')::bigint, -1) AS rows FROM job WHERE id = ?",
                row -> row.number("rows"),
                id);
    }

    @Test
    void endsAtOnceWhenNoRowCanBeSent() {
        UUID id = client.accepted("Email\na@x.example,1\nb@x.example,2\n".getBytes(StandardCharsets.UTF_8));
        assertThat(client.ended(id, "completed").getInt("data.result.failed")).isEqualTo(2);
        assertThat(client.batches(id)).isEmpty();
    }

    @Test
    void cancelsAnImportThatWaitsForItsResults() {
        UUID id = client.accepted(file(3));
        JsonNode batch = client.awaitBatches(id, 1).getFirst();
        client.request()
                .contentType("application/json")
                .post("/api/jobs/" + id + "/cancel")
                .then()
                .statusCode(200);
        client.created(batch);
        UUID next = client.accepted(file(3));
        client.created(client.awaitBatches(next, 1).getFirst());
        client.ended(next, "completed");
        assertThat(client.job(id).getString("data.status")).isEqualTo("cancelled");
    }

    @Test
    void passesOverResultsOfOtherTenantsAndOfImportsThatItDoesNotKnow() {
        UUID id = client.accepted(file(3));
        JsonNode batch = client.awaitBatches(id, 1).getFirst();
        new ImportClient(TestKeys.issue()).created(batch);
        client.result(new ContactUpsertResult(UUID.randomUUID(), 0, 1, 0, 0, List.of()));
        TestEvents.publish(
                Topics.CONTACT_UPSERT_RESULTS,
                id.toString(),
                "x",
                "unreadable-" + id,
                client.key().tenantId(),
                "text");
        UUID next = client.accepted(file(1));
        client.created(client.awaitBatches(next, 1).getFirst());
        client.ended(next, "completed");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(TestEvents.read(
                                Topics.CONTACT_UPSERT_RESULTS + ".dlq",
                                each -> id.toString().equals(each.key())))
                        .hasSize(1));
        assertThat(client.job(id).getString("data.status")).isEqualTo("processing");
    }
}
