package io.throughline.jobs.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Files that are packed, seen before they are imported, or meant to do harm. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class HostileFilesTest {

    private static final String SMALL = "Email;Vorname;First Name\na@x.example;Änne;Ann\nb@x.example;;Bo\n";

    private final ImportClient client = new ImportClient(TestKeys.issue());

    @Inject
    Sql sql;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] file) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(file);
        }
        return packed.toByteArray();
    }

    private void refused(byte[] file, String detail) {
        client.send(file)
                .then()
                .statusCode(422)
                .body("errors", hasSize(1))
                .body("errors[0].pointer", equalTo("/file"))
                .body("errors[0].detail", containsString(detail));
        assertThat(partsStored()).as("parts left behind").isZero();
    }

    private long partsStored() {
        return sql.one(
                "SELECT count(*) AS parts FROM import_part WHERE tenant_id = ?",
                row -> row.number("parts"),
                client.key().tenantId());
    }

    @Test
    void showsWhatAnImportWouldMakeOfAFileAndStoresNothing() {
        JsonPath shown = client.request()
                .contentType("text/csv")
                .body(SMALL.replace("\n", "\r\n").getBytes(Charset.forName("windows-1252")))
                .post("/api/import/csv/preview")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(shown.getString("data.encoding")).isEqualTo("windows-1252");
        assertThat(shown.getString("data.delimiter")).isEqualTo(";");
        assertThat(shown.getString("data.quote")).isEqualTo("\"");
        assertThat(shown.getString("data.lineEnd")).isEqualTo("CRLF");
        assertThat(shown.getList("data.columns")).isEqualTo(List.of("Email", "Vorname", "First Name"));
        assertThat(shown.getMap("data.fieldMapping")).isEqualTo(Map.of("Email", "email", "First Name", "firstName"));
        assertThat(shown.getList("data.rows"))
                .isEqualTo(List.of(List.of("a@x.example", "Änne", "Ann"), List.of("b@x.example", "", "Bo")));
        assertThat(shown.getList("data.problems")).isEmpty();
        assertThat(partsStored()).isZero();
    }

    @Test
    void showsTwentyRowsOfALargeFileInEachOfTheThreeWays() {
        String large = "Mail,Stadt\n" + "a@x.example,Köln\n".repeat(200_000);
        List<JsonPath> shown = List.of(
                client.request()
                        .contentType("text/csv")
                        .body(bytes(large))
                        .post("/api/import/csv/preview")
                        .jsonPath(),
                client.request()
                        .multiPart("file", "a.csv", bytes(large), "text/csv")
                        .post("/api/import/csv/preview")
                        .jsonPath(),
                client.request()
                        .contentType("application/json")
                        .body(Map.of("csvData", large))
                        .post("/api/import/csv/preview")
                        .jsonPath());
        for (JsonPath each : shown) {
            assertThat(each.getList("data.rows")).hasSize(20);
            assertThat(each.getString("data.encoding")).isEqualTo("UTF-8");
            assertThat(each.getMap("data.fieldMapping")).isEqualTo(Map.of("Mail", "email"));
        }
    }

    @Test
    void showsWhyAnImportWouldBeRefused() {
        client.request()
                .contentType("text/csv")
                .body(bytes("Name,City\nAnn,Rome\n"))
                .post("/api/import/csv/preview")
                .then()
                .statusCode(200)
                .body("data.problems[0].pointer", equalTo("/fieldMapping"))
                .body("data.rows[0][1]", equalTo("Rome"));
        client.request()
                .contentType("text/csv")
                .body("")
                .post("/api/import/csv/preview")
                .then()
                .statusCode(422);
    }

    @Test
    void unpacksGzipWhetherTheRequestSaysSoOrNot() throws IOException {
        byte[] packed = gzip(bytes(SMALL));
        UUID silent = client.accepted(packed);
        UUID said = UUID.fromString(client.request()
                .contentType("text/csv")
                .header("Content-Encoding", "gzip")
                .body(packed)
                .post("/api/import/csv")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId"));
        for (UUID id : List.of(silent, said)) {
            List<JsonNode> rows = ImportClient.rows(client.awaitBatches(id, 1));
            assertThat(rows).extracting(row -> row.path("firstName").asText()).containsExactly("Ann", "Bo");
        }
    }

    @Test
    void refusesGzipThatUnpacksToFarMoreThanItIs() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            for (int megabyte = 0; megabyte < 1024; megabyte++) {
                out.write(new byte[1 << 20]);
            }
        }
        long began = System.nanoTime();
        refused(packed.toByteArray(), "more than 200 times its size");
        assertThat(System.nanoTime() - began).as("nanoseconds").isLessThan(10_000_000_000L);
    }

    @Test
    void refusesGzipThatIsDamagedOrCut() throws IOException {
        byte[] packed = gzip(bytes("Email\n" + "a@x.example\n".repeat(5_000)));
        refused(Arrays.copyOf(packed, packed.length / 2), "damaged or cut off");
        byte[] damaged = packed.clone();
        damaged[packed.length - 5] ^= 1;
        refused(damaged, "damaged or cut off");
        refused(new byte[] {0x1F, (byte) 0x8B}, "damaged or cut off");
    }

    @Test
    void refusesWhatIsNoFileOfContacts() {
        refused(new byte[] {}, "is empty");
        refused(bytes("\uFEFFEmail,Name\r\n"), "has a header and no rows");
        refused(bytes("PK\u0003\u0004.........xl/worksheets"), "save it as CSV");
        refused(bytes("Email,Name\na@x.example,A\0nn\n"), "is NUL");
        refused(bytes("Email,Name\na@x.example,\"Ann\nb@x.example,Bo\n"), "cannot be read");
        refused(bytes("Email," + "x,".repeat(1_000_000) + "\na@x.example\n"), "first line has no end");
        refused(bytes("Email,\"" + "x".repeat(3 << 20) + "\"\na@x.example\n"), "first line has no end");
    }

    @Test
    void namesAColumnThatIsThereTwice() {
        client.send(bytes("Email,Name,Email\na@x.example,Ann,b@x.example\n"))
                .then()
                .statusCode(422)
                .body("errors[0].pointer", equalTo("/fieldMapping/Email"))
                .body("errors[0].detail", containsString("columns 1 and 3"));
    }

    @Test
    void endsAtAFieldWithoutEndAndKeepsTheRowsBefore() {
        UUID id = client.accepted(bytes("Email,Name\n" + "a@x.example,Ann\n".repeat(30) + "b@x.example,\""
                + "x".repeat(5 << 20) + "\"\nc@x.example,Cy\n"));
        JsonPath failed = client.ended(id, "failed");
        assertThat(failed.getString("data.error.code")).isEqualTo("unreadable_file");
        assertThat(failed.getString("data.error.message")).contains("after row 30");
    }

    @Test
    void refusesARowWithNul() {
        UUID id = client.accepted(bytes(
                "Email,Name\n" + ("a@x.example," + "Ann".repeat(200) + "\n").repeat(2_500) + "b@x.example,B\0o\n"));
        client.awaitBatches(id, 11).forEach(client::created);
        JsonPath job = client.ended(id, "completed");
        assertThat(job.getMap("data.result")).containsEntry("failed", 1).containsEntry("created", 2_500);
        assertThat(client.request().get("/api/import/" + id + "/errors.csv").asString())
                .contains("2502,nul_character,");
    }

    @Test
    void saysHowFarAnImportIs() {
        UUID id = client.accepted(bytes("Email\n" + "a@x.example\n".repeat(2_500)));
        List<JsonNode> batches = client.awaitBatches(id, 3);
        client.created(batches.get(0));
        org.awaitility.Awaitility.await().untilAsserted(() -> {
            JsonPath standing = standing(id);
            assertThat(standing.getLong("data.done")).isEqualTo(1_000);
            assertThat(standing.getLong("data.rows")).isEqualTo(2_500);
            assertThat(standing.getDouble("data.rowsPerSecond")).isPositive();
            assertThat(standing.getDouble("data.secondsLeft")).isPositive();
            assertThat(standing.getBoolean("data.complete")).isFalse();
        });
        client.created(batches.get(1));
        client.created(batches.get(2));
        client.ended(id, "completed");
        assertThat(standing(id).getDouble("data.secondsLeft")).isZero();
        assertThat(standing(id).getBoolean("data.complete")).isTrue();
        new ImportClient(TestKeys.issue())
                .request()
                .get("/api/import/" + id)
                .then()
                .statusCode(404);
    }

    private JsonPath standing(UUID id) {
        return client.request()
                .get("/api/import/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
