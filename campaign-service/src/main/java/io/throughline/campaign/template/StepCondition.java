package io.throughline.campaign.template;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.campaign.Fields;
import io.throughline.platform.events.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must have happened for a step to be sent: {@code {"if":"opened","step":1}}, without {@code step} at any step before, or
 * several of them under {@code all} or {@code any}. enrollment-service evaluates it when the step is due. What is not
 * understood is refused here, because a condition with a slip in it would skip a step silently.
 */
final class StepCondition {

    private static final List<String> HAPPENINGS = List.of(
            "opened", "not_opened", "clicked", "not_clicked", "replied", "not_replied", "converted", "not_converted");
    private static final Set<String> FIELDS = Set.of("if", "step");
    private static final int DEEPEST = 3;
    private static final int MOST = 10;
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private StepCondition() {}

    /** @return null for none, or when it was refused */
    static Map<String, Object> checked(String pointer, JsonNode node, int stepNumber, Fields fields, Json json) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (stepNumber == 1) {
            fields.refuse(pointer, "must be null: there is no step before the first");
            return null;
        }
        check(pointer, node, stepNumber, 1, fields);
        return node.isObject() ? json.read(node.toString(), OBJECT) : null;
    }

    private static void check(String pointer, JsonNode node, int stepNumber, int depth, Fields fields) {
        if (!node.isObject()) {
            fields.refuse(pointer, "must be null or an object such as {\"if\":\"opened\",\"step\":1}");
        } else if (node.has("all") || node.has("any")) {
            checkList(pointer, node, stepNumber, depth, fields);
        } else {
            checkHappening(pointer, node, stepNumber, fields);
        }
    }

    private static void checkList(String pointer, JsonNode node, int stepNumber, int depth, Fields fields) {
        String word = node.has("all") ? "all" : "any";
        JsonNode list = node.get(word);
        if (node.size() > 1 || !list.isArray() || list.isEmpty() || list.size() > MOST) {
            fields.refuse(pointer, "must have nothing but " + word + ", a list of 1 to " + MOST + " conditions");
        } else if (depth == DEEPEST) {
            fields.refuse(pointer, "must not be more than " + DEEPEST + " deep");
        } else {
            for (int i = 0; i < list.size(); i++) {
                check(pointer + "/" + word + "/" + i, list.get(i), stepNumber, depth + 1, fields);
            }
        }
    }

    private static void checkHappening(String pointer, JsonNode node, int stepNumber, Fields fields) {
        if (node.propertyStream().anyMatch(field -> !FIELDS.contains(field.getKey()))) {
            fields.refuse(pointer, "must have nothing but if and step");
        }
        if (!HAPPENINGS.contains(node.path("if").asText())) {
            fields.refuse(pointer + "/if", "must be one of " + String.join(", ", HAPPENINGS));
        }
        JsonNode step = node.get("step");
        if (step != null && !step.isNull() && !(step.isInt() && step.intValue() >= 1 && step.intValue() < stepNumber)) {
            fields.refuse(pointer + "/step", "must be the number of a step before this one");
        }
    }
}
