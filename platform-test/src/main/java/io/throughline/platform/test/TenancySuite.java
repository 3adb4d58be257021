package io.throughline.platform.test;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Generated from the service's own OpenAPI document: every operation that takes an id is called with another tenant's,
 * and must answer 404 as if the row did not exist. A new operation fails here until it says what to call it with.
 */
public abstract class TenancySuite {

    /**
     * Rows of the given tenant for the operations' paths: template to actual path, for example
     * {@code /api/contacts/{id}} to {@code /api/contacts/0198…}.
     */
    protected abstract Map<String, String> pathsOf(TestKeys.TestKey owner);

    /** A body that the operation would accept from the owner. */
    protected String body(String method, String template) {
        return "{}";
    }

    /**
     * Operations that make a row of the caller's own under any name, such as {@code put /api/x/{name}}: they have no 404,
     * and the service's own test shows that they leave the other's row alone.
     */
    protected Set<String> makingRows() {
        return Set.of();
    }

    @Test
    void hidesEveryRowFromOtherTenants() {
        var owner = TestKeys.issue();
        var stranger = TestKeys.issue();
        Map<String, String> paths = pathsOf(owner);
        Map<String, Map<String, Object>> operations = given().queryParam("format", "json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getMap("paths");
        List<String> called = new ArrayList<>();
        List<String> leaks = new ArrayList<>();
        operations.forEach((template, methods) -> {
            if (template.contains("{")) {
                assertThat(paths)
                        .as("TenancySuite knows no row for %s", template)
                        .containsKey(template);
                for (String method : methods.keySet()) {
                    if (List.of("get", "put", "post", "patch", "delete").contains(method)
                            && !makingRows().contains(method + " " + template)) {
                        Response answer = call(method, paths.get(template), body(method, template), stranger);
                        called.add(method + " " + template);
                        if (answer.statusCode() != 404) {
                            leaks.add(method + " " + template + " answers " + answer.statusCode() + ": "
                                    + answer.asString());
                        }
                    }
                }
            }
        });
        assertThat(called).as("operations with an id").isNotEmpty();
        assertThat(leaks).isEmpty();
    }

    private static Response call(String method, String path, String body, TestKeys.TestKey key) {
        var request = given().header("X-API-Key", key.apiKey());
        if (!method.equals("get") && !method.equals("delete")) {
            request.contentType("application/json").body(body);
        }
        return request.request(method.toUpperCase(java.util.Locale.ROOT), path);
    }
}
