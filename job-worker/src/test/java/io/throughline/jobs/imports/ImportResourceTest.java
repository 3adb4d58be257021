package io.throughline.jobs.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class ImportResourceTest {

    private static final String SMALL = "Email,First Name,Company\na@x.example,Ann,X\nb@x.example,Bo,\"X, Inc\"\n";

    private final ImportClient client = new ImportClient(TestKeys.issue());

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void checkSmall(UUID id) {
        List<JsonNode> batches = client.awaitBatches(id, 1);
        assertThat(batches).hasSize(1);
        List<JsonNode> rows = ImportClient.rows(batches);
        assertThat(rows).extracting(row -> row.path("email").asText()).containsExactly("a@x.example", "b@x.example");
        assertThat(rows).extracting(row -> row.path("firstName").asText()).containsExactly("Ann", "Bo");
        assertThat(rows).extracting(row -> row.path("company").asText()).containsExactly("X", "X, Inc");
        assertThat(rows).extracting(row -> row.path("line").asLong()).containsExactly(2L, 3L);
        assertThat(batches.getFirst().path("deduplicate").asBoolean()).isTrue();
    }

    @Test
    void takesTheFileAsTheBody() {
        UUID id = UUID.fromString(client.send(bytes(SMALL))
                .then()
                .statusCode(202)
                .body("success", equalTo(true))
                .body("data.status", equalTo("pending"))
                .extract()
                .path("data.jobId"));
        checkSmall(id);
        assertThat(client.job(id).getString("data.type")).isEqualTo("import");
        assertThat(client.job(id).getMap("data.parameters.fieldMapping"))
                .isEqualTo(Map.of("Email", "email", "First Name", "firstName", "Company", "company"));
    }

    @Test
    void takesTheFileAsTextInJson() {
        String id = client.request()
                .contentType("application/json")
                .body(Map.of("csvData", SMALL))
                .post("/api/import/csv")
                .then()
                .statusCode(202)
                .body("data.statusUrl", containsString("/api/jobs/"))
                .extract()
                .path("data.jobId");
        checkSmall(UUID.fromString(id));
    }

    @Test
    void takesTheFileAsMultipart() {
        String id = client.request()
                .multiPart("file", "people.csv", bytes(SMALL), "text/csv")
                .post("/api/import/csv")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
        checkSmall(UUID.fromString(id));
    }

    @Test
    void mapsColumnsAsAsked() {
        String id = client.request()
                .contentType("text/csv")
                .queryParam("fieldMapping", "{\"Adresse\":\"email\",\"Ort\":\"attributes.city\"}")
                .queryParam("deduplicate", "false")
                .body(bytes("Adresse;Ort;Firma\na@x.example;Köln;F\nb@x.example;;F\n"))
                .post("/api/import/csv")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
        List<JsonNode> batches = client.awaitBatches(UUID.fromString(id), 1);
        List<JsonNode> rows = ImportClient.rows(batches);
        assertThat(rows.getFirst().path("attributes").path("city").asText()).isEqualTo("Köln");
        assertThat(rows.getFirst().path("company").isNull()).isTrue();
        assertThat(rows.get(1).path("attributes").isEmpty()).isTrue();
        assertThat(batches.getFirst().path("deduplicate").asBoolean()).isFalse();
    }

    @Test
    void readsTheEncodingsThatSpreadsheetsWrite() {
        String text = "Email\tFirst Name\r\na@x.example\tZoë\r\n";
        byte[] utf16 = ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE);
        byte[] marked = ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8);
        byte[] western = text.getBytes(Charset.forName("windows-1252"));
        for (byte[] file : List.of(utf16, marked, western, bytes(text))) {
            List<JsonNode> rows = ImportClient.rows(client.awaitBatches(client.accepted(file), 1));
            assertThat(rows).hasSize(1);
            assertThat(rows.getFirst().path("email").asText()).isEqualTo("a@x.example");
            assertThat(rows.getFirst().path("firstName").asText()).isEqualTo("Zoë");
        }
    }

    @Test
    void namesTheFieldThatIsWrong() {
        refused("", "/file", "is empty");
        refused(" \n\n", "/file", "is empty");
        refused("Email,Name\n", "/file", "has a header and no rows");
        refused("Name,City\nAnn,Rome\n", "/fieldMapping", "Name, City");
        refused("x,".repeat(1001) + "email\n1\n", "/file", "columns");
        refused("\"" + "x".repeat(2 << 20), "/file", "first line has no end");
        client.request()
                .contentType("text/csv")
                .queryParam(
                        "fieldMapping", "{\"Mail\":\"email\",\"Email\":\"nickname\",\"First Name\":\"attributes.\"}")
                .body(bytes(SMALL))
                .post("/api/import/csv")
                .then()
                .statusCode(422)
                .body(
                        "errors.pointer",
                        org.hamcrest.Matchers.containsInAnyOrder(
                                "/fieldMapping/Mail", "/fieldMapping/Email", "/fieldMapping/First Name"));
        client.request()
                .contentType("text/csv")
                .queryParam("fieldMapping", "email")
                .body(bytes(SMALL))
                .post("/api/import/csv")
                .then()
                .statusCode(422)
                .body("errors[0].pointer", equalTo("/fieldMapping"));
        client.request()
                .contentType("application/json")
                .body("{\"fieldMapping\":{}}")
                .post("/api/import/csv")
                .then()
                .statusCode(422)
                .body("errors[0].pointer", equalTo("/csvData"));
        client.request()
                .contentType("application/json")
                .body("{\"csvData\":")
                .post("/api/import/csv")
                .then()
                .statusCode(400)
                .body("code", equalTo("malformed_request"));
        client.request()
                .contentType("text/plain")
                .body(SMALL)
                .post("/api/import/csv")
                .then()
                .statusCode(415);
        client.request().multiPart("data", "x").post("/api/import/csv").then().statusCode(422);
    }

    private void refused(String file, String pointer, String detail) {
        client.send(bytes(file))
                .then()
                .statusCode(422)
                .body("success", equalTo(false))
                .body("errors[0].pointer", equalTo(pointer))
                .body("errors[0].detail", containsString(detail));
    }
}
