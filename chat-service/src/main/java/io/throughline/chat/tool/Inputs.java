package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.chat.tool.Tool.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Reads what a model put in. Nothing of it reaches a path but ids, numbers and encoded text. */
final class Inputs {

    private Inputs() {}

    static UUID id(JsonNode value, String field, String from) {
        try {
            return UUID.fromString(value.asText());
        } catch (IllegalArgumentException e) {
            throw new Refusal(field + " must be an id from " + from + ".");
        }
    }

    static List<UUID> ids(JsonNode values, String field, String from, int most) {
        if (!values.isArray() || values.isEmpty() || values.size() > most) {
            throw new Refusal(field + " must be a list of 1 to " + most + " ids from " + from + ".");
        }
        List<UUID> ids = new ArrayList<>();
        values.forEach(value -> ids.add(id(value, field, from)));
        return ids.stream().distinct().toList();
    }

    static int number(JsonNode value, int usual, int most) {
        return Math.clamp(value.asInt(usual), 1, most);
    }

    static Map<String, String> limited(JsonNode input) {
        return new TreeMap<>(Map.of("limit", "" + number(input.path("limit"), 25, 100)));
    }

    static void copy(JsonNode input, String from, Map<String, String> filter, String to) {
        if (input.path(from).isValueNode()
                && input.hasNonNull(from)
                && !input.path(from).asText().isBlank()) {
            filter.put(to, Untrusted.clean(input.path(from).asText()));
        }
    }
}
