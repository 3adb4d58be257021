package io.throughline.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenApiMergeTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void keepsEqualComponentsOnceAndTellsDifferentOnesApart() throws Exception {
        JsonNode merged = merge("""
                {"paths":{"/api/a":{"get":{"security":[{"other":[]}],"r":{"$ref":"#/components/schemas/View"}}}},
                 "components":{"schemas":{"View":{"type":"string"},"Problem":{"type":"object"}}}}""", """
                {"paths":{"/api/b":{"get":{"r":{"$ref":"#/components/schemas/View"},"p":{"$ref":"#/components/schemas/Problem"}}},
                          "/q/health":{"get":{}}},
                 "components":{"schemas":{"View":{"type":"integer"},"Problem":{"type":"object"}}}}""");
        assertThat(merged.path("paths").fieldNames()).toIterable().containsExactly("/api/a", "/api/b");
        assertThat(merged.at("/paths/~1api~1a/get/r/$ref").asText()).isEqualTo("#/components/schemas/View");
        assertThat(merged.at("/paths/~1api~1b/get/r/$ref").asText()).isEqualTo("#/components/schemas/second.View");
        assertThat(merged.at("/paths/~1api~1b/get/p/$ref").asText()).isEqualTo("#/components/schemas/Problem");
        assertThat(merged.at("/components/schemas/View/type").asText()).isEqualTo("string");
        assertThat(merged.at("/components/schemas/second.View/type").asText()).isEqualTo("integer");
        assertThat(merged.at("/paths/~1api~1a/get").has("security")).isFalse();
    }

    @Test
    void unitesOperationsOfOnePath() throws Exception {
        JsonNode merged = merge(
                "{\"paths\":{\"/api/a\":{\"get\":{}}},\"tags\":[{\"name\":\"A\"}]}",
                "{\"paths\":{\"/api/a\":{\"post\":{}}},\"tags\":[{\"name\":\"A\"},{\"name\":\"B\"}]}");
        assertThat(merged.path("paths").path("/api/a").fieldNames())
                .toIterable()
                .containsExactly("get", "post");
        assertThat(merged.path("tags")).hasSize(2);
    }

    @Test
    void asksForTheKey() throws Exception {
        assertThat(merge("{}", "{}")
                        .at("/components/securitySchemes/apiKey/name")
                        .asText())
                .isEqualTo("X-API-Key");
    }

    private static JsonNode merge(String first, String second) throws Exception {
        Map<String, JsonNode> documents = new LinkedHashMap<>();
        documents.put("first", JSON.readTree(first));
        documents.put("second", JSON.readTree(second));
        return OpenApiMerge.merge(documents);
    }
}
