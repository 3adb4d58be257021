package io.throughline.analytics.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.throughline.events.engagement.EngagementEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read by tokens is what binding reads; what is not plain is left to it. */
class EngagementReaderTest {

    private static final String IDS = "\"instanceId\":\"0197b3c0-0000-7000-8000-000000000001\","
            + "\"enrollmentId\":\"0197B3C0-0000-7000-8000-000000000002\"";

    private final ObjectMapper binding = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"channel\":\"email\",\"eventType\":\"opened\",\"stepNumber\":1,\"occurredAt\":\"2026-11-01T09:30:00Z\",\"metadata\":{}",
                "\"channel\":\"email\",\"eventType\":\"opened\",\"occurredAt\":\"2026-02-28T23:59:59.999999999Z\"",
                "\"occurredAt\":\"2026-11-01T09:30:00.5Z\",\"metadata\":{\"a\":[1,{\"b\":\"}\\\"ü\\u0000\"}],\"c\":null}",
                "\"occurredAt\":\"2024-02-29T00:00:00.000Z\",\"metadata\":null,\"stepNumber\":null",
                "\"unknown\":{\"deep\":[[],{}]},\"channel\":\"e mail\",\"eventType\":\"ü\"",
                "\"channel\":\"a\",\"channel\":\"b\""
            })
    void readsPlainEventsAsBindingDoes(String fields) throws IOException {
        byte[] json = bytes("{" + IDS + "," + fields + "}");
        EngagementEvent bound = binding.readValue(json, EngagementEvent.class);
        EngagementReader.Read read = EngagementReader.read(json);
        assertThat(read).isNotNull();
        assertThat(read.event())
                .isEqualTo(new EngagementEvent(
                        bound.instanceId(),
                        bound.enrollmentId(),
                        bound.channel(),
                        bound.eventType(),
                        bound.stepNumber(),
                        bound.occurredAt(),
                        null));
        if (bound.metadata() == null || bound.metadata().isEmpty()) {
            assertThat(read.metadata()).isNull();
        } else {
            assertThat(binding.readTree(read.metadata())).isEqualTo(binding.valueToTree(bound.metadata()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"instanceId\":",
                "{} {}",
                "{\"instanceId\":7}",
                "{\"instanceId\":\"1-1-1-1-1\"}",
                "{\"instanceId\":null}",
                "{\"occurredAt\":\"yesterday\"}",
                "{\"occurredAt\":\"2026-11-01T24:00:00Z\"}",
                "{\"occurredAt\":\"2026-02-30T10:00:00Z\"}",
                "{\"occurredAt\":\"2026-11-01T09:30:60Z\"}",
                "{\"occurredAt\":\"2026-11-01T09:30:00.Z\"}",
                "{\"occurredAt\":\"2026-11-01T09:30:00+01:00\"}",
                "{\"occurredAt\":1793525400}",
                "{\"stepNumber\":\"1\"}",
                "{\"stepNumber\":1.0}",
                "{\"stepNumber\":99999999999}",
                "{\"metadata\":[1]}",
                "{\"metadata\":{\"a\":1}"
            })
    void leavesTheRestToBinding(String json) {
        assertThat(EngagementReader.read(bytes(json))).isNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
