package io.throughline.platform.test;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
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
