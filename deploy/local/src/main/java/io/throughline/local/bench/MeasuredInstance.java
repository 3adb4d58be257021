package io.throughline.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.demo.Api;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An instance made for a measurement, with one step; it stays a draft. */
record MeasuredInstance(UUID id) {

    static MeasuredInstance create(Api api) {
        String template = id(api.post(
                "/api/campaigns/templates",
                Map.of(
                        "name",
                        "Measured",
                        "steps",
                        List.of(Map.of("channel", "email", "delay", "PT0S", "subject", "Hello", "body", "Hello")))));
        return new MeasuredInstance(UUID.fromString(id(api.post(
                "/api/campaigns/instances",
                Map.of(
                        "name",
                        "Measured " + Instant.now(),
                        "templateId",
                        template,
                        "sender",
                        "Ann <ann@example.com>")))));
    }

    private static String id(JsonNode answer) {
        return answer.path("data").path("id").asText();
    }

    String report(int days) {
        return "/api/campaigns/instances/" + id + "/performance?days=" + days;
    }

    /** Events the report shows. */
    long total(Api api) {
        long total = 0;
        for (JsonNode event : api.get(report(30)).path("data").path("events")) {
            total += event.path("total").asLong();
        }
        return total;
    }
}
