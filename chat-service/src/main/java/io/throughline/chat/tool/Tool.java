package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something a model may ask for.
 *
 * @param properties JSON Schema of each input by name
 * @param required names of the inputs without which it cannot run
 */
public record Tool(String name, String description, Map<String, String> properties, List<String> required, Work work) {

    public Tool {
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
        required = List.copyOf(required);
    }

    @FunctionalInterface
    interface Work {
        /** @throws Refusal for an input that cannot be used */
        JsonNode run(JsonNode input, Visit visit);
    }

    /** Why a tool was not run, in words for the model. */
    public static final class Refusal extends RuntimeException {
        Refusal(String reason) {
            super(reason);
        }
    }
}
