package io.throughline.jobs.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes out of a provider's answer what is asked for, in bounds: whatever it sends can be stored. */
final class Reading {

    private static final int LONGEST_TEXT = 2_000;
    private static final int MOST_ENTRIES = 50;
    private static final int DEEPEST = 4;

    private Reading() {}

    /** Without the fields that are missing, null or empty. @param pointers none: the answer's own fields */
    static Map<String, Object> fields(JsonNode answer, Map<String, String> pointers) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (pointers.isEmpty()) {
            answer.properties().stream()
                    .limit(MOST_ENTRIES)
                    .forEach(field -> put(fields, field.getKey(), value(field.getValue(), 1)));
        } else {
            pointers.forEach((name, pointer) -> put(fields, name, value(answer.at(pointer), 1)));
        }
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, Object value) {
        if (value != null && !value.equals("")) {
            fields.put(clean(name), value);
        }
    }

    private static Object value(JsonNode node, int depth) {
        if (node.isTextual()) {
            return clean(node.textValue());
        }
        if (node.isNumber()) {
            // A number of any length is text to us: no column and no client holds it.
            return node.isIntegralNumber() && node.canConvertToLong()
                    ? (Object) node.longValue()
                    : Double.isFinite(node.doubleValue()) ? (Object) node.doubleValue() : null;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return depth > DEEPEST ? null : node.isArray() ? list(node, depth) : node.isObject() ? map(node, depth) : null;
    }

    private static List<Object> list(JsonNode node, int depth) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < Math.min(node.size(), MOST_ENTRIES); i++) {
            Object value = value(node.get(i), depth + 1);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private static Map<String, Object> map(JsonNode node, int depth) {
        Map<String, Object> values = new LinkedHashMap<>();
        node.properties().stream()
                .limit(MOST_ENTRIES)
                .forEach(field -> put(values, field.getKey(), value(field.getValue(), depth + 1)));
        return values;
    }

    /** PostgreSQL holds neither U+0000 nor half a surrogate pair. */
    private static String clean(String text) {
        String cut = text.substring(0, Math.min(LONGEST_TEXT, text.length())).replace("\u0000", "");
        return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
