package io.throughline.platform.test;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What every list does: bounded pages, opaque cursors, nothing twice, nothing missed. */
public abstract class PagingSuite {

    private static final int ROWS = 7;

    /** Path of the list, without parameters; called after {@link #create}. */
    protected abstract String list(TestKeys.TestKey key);

    /** Makes that many rows of the list and answers their ids. */
    protected abstract List<String> create(TestKeys.TestKey key, int rows);

    /** Name of the id in a row. */
    protected String idField() {
        return "id";
    }

    @Test
    void walksAllRowsOnceInPages() {
        var key = TestKeys.issue();
        List<String> created = create(key, ROWS);
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            var request = given().header("X-API-Key", key.apiKey()).queryParam("limit", 3);
            if (cursor != null) {
                request.queryParam("cursor", cursor);
            }
            JsonPath page =
                    request.get(list(key)).then().statusCode(200).extract().jsonPath();
            assertThat(page.getInt("page.limit")).isEqualTo(3);
            List<String> ids = page.getList("data." + idField(), String.class);
            assertThat(ids).isNotEmpty().hasSizeLessThanOrEqualTo(3);
            seen.addAll(ids);
            cursor = page.getString("page.next");
        } while (cursor != null && seen.size() <= ROWS);
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(created);
    }

    @Test
    void compressesPagesAboveAKilobyteForWhoeverAsks() throws IOException, InterruptedException {
        var key = TestKeys.issue();
        create(key, 2 * ROWS);
        assertThat(page(key, 1).headers().firstValue("Content-Encoding")).hasValue("identity");
        HttpResponse<byte[]> page = page(key, 2 * ROWS);
        assertThat(page.headers().firstValue("Content-Encoding")).hasValue("gzip");
        byte[] body = new GZIPInputStream(new ByteArrayInputStream(page.body())).readAllBytes();
        assertThat(body.length).isGreaterThan(1024).isGreaterThan(page.body().length);
        assertThat(new String(body, StandardCharsets.UTF_8)).startsWith("{").endsWith("}");
    }

    private HttpResponse<byte[]> page(TestKeys.TestKey key, int limit) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(RestAssured.baseURI + ":" + RestAssured.port + list(key) + "?limit=" + limit))
                .header("X-API-Key", key.apiKey())
                .header("Accept-Encoding", "gzip")
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    @Test
    void refusesLimitsAndCursorsThatAreNotItsOwn() {
        var key = TestKeys.issue();
        create(key, 1);
        for (String query : List.of("limit=0", "limit=201", "cursor=garbage%21", "cursor=AAAA")) {
            given().header("X-API-Key", key.apiKey())
                    .get(list(key) + "?" + query)
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("validation_failed"))
                    .body("errors[0].pointer", equalTo("/" + query.substring(0, query.indexOf('='))));
        }
    }
}
