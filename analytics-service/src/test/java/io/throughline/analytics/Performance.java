package io.throughline.analytics;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;

/** The report as a client reads it. */
public final class Performance {

    private Performance() {}

    public static String path(UUID instance) {
        return "/api/campaigns/instances/" + instance + "/performance";
    }

    public static Response get(String apiKey, UUID instance, String query) {
        return given().header("X-API-Key", apiKey).get(path(instance) + query);
    }

    /** {@code data} without {@code instanceId} and {@code asOf}, to be compared with a {@link Recount}. */
    public static JsonNode figures(String apiKey, UUID instance, int days) {
        String body = get(apiKey, instance, "?days=" + days)
                .then()
                .statusCode(200)
                .extract()
                .asString();
        try {
            ObjectNode data = (ObjectNode) new ObjectMapper().readTree(body).path("data");
            data.remove("instanceId");
            data.remove("asOf");
            return data;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
