package io.throughline.campaign.template;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.campaign.Fields;
import io.throughline.events.campaign.InstanceSnapshot.Step;
import io.throughline.events.campaign.Tracking;
import io.throughline.platform.events.Json;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A template as a client sends it, unchecked. */
record TemplateRequest(String name, List<StepRequest> steps) {

    private static final int NAME_LENGTH = 200;
    private static final int STEPS = 50;
    /** Of one header line, RFC 5322 section 2.1.1. */
    private static final int SUBJECT_LENGTH = 998;
    /** Gmail cuts messages at 102 kB. */
    private static final int BODY_LENGTH = 100_000;
    /** A snapshot of an instance is one Kafka record, and those end at 1 MB. */
    private static final int STEPS_BYTES = 700_000;

    private static final Duration LONGEST_DELAY = Duration.ofDays(365);
    private static final Pattern WEEKS = Pattern.compile("P(\\d{1,4})W");
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final List<String> CHANNELS = List.of("email", "linkedin", "sms", "webhook");

    /**
     * @param delay ISO-8601, counted from the step before; null: none
     * @param condition null: always
     * @param html besides {@code body}, for email; null: none
     * @param tracking null: opens and clicks
     */
    record StepRequest(
            String channel,
            String delay,
            String subject,
            String body,
            JsonNode condition,
            String html,
            Tracking tracking) {}

    /** The steps, numbered from 1, or a 422 that names every field at fault. */
    List<Step> checked(Json json) {
        Fields fields = new Fields();
        fields.text("/name", name, NAME_LENGTH);
        List<Step> checked = new ArrayList<>();
        if (steps == null || steps.isEmpty() || steps.size() > STEPS) {
            fields.refuse("/steps", "must have 1 to " + STEPS + " steps");
        } else {
            for (int i = 0; i < steps.size(); i++) {
                checked.add(checked(i, steps.get(i), fields, json));
            }
        }
        fields.check();
        int bytes = json.bytes(checked).length;
        if (bytes > STEPS_BYTES) {
            fields.refuse("/steps", "are " + bytes + " bytes together; at most " + STEPS_BYTES + " are accepted");
        }
        fields.check();
        return List.copyOf(checked);
    }

    private static Step checked(int index, StepRequest step, Fields fields, Json json) {
        String at = "/steps/" + index;
        if (step == null) {
            fields.refuse(at, "must be an object");
            return null;
        }
        if (step.channel() == null || !CHANNELS.contains(step.channel())) {
            fields.refuse(at + "/channel", "must be one of " + String.join(", ", CHANNELS));
        }
        checkSubject(at + "/subject", step, fields);
        if (fields.text(at + "/body", step.body(), BODY_LENGTH)) {
            MustacheText.fault(step.body()).ifPresent(fault -> fields.refuse(at + "/body", fault));
        }
        Duration delay = delay(at + "/delay", step.delay(), fields);
        Map<String, Object> condition = condition(at + "/condition", step.condition(), fields, json);
        checkHtml(at + "/html", step, fields);
        return new Step(
                index + 1, step.channel(), delay, step.subject(), step.body(), condition, step.html(), step.tracking());
    }

    private static void checkHtml(String pointer, StepRequest step, Fields fields) {
        if (step.html() == null) {
            return;
        }
        if (!"email".equals(step.channel())) {
            fields.refuse(pointer, "is for the channel email only");
        } else if (fields.text(pointer, step.html(), BODY_LENGTH)) {
            MustacheText.fault(step.html()).ifPresent(fault -> fields.refuse(pointer, fault));
        }
    }

    private static void checkSubject(String pointer, StepRequest step, Fields fields) {
        boolean readable = "email".equals(step.channel())
                ? fields.text(pointer, step.subject(), SUBJECT_LENGTH)
                : fields.optionalText(pointer, step.subject(), SUBJECT_LENGTH);
        if (!readable || step.subject() == null) {
            return;
        }
        if (!Fields.isOneLine(step.subject())) {
            fields.refuse(pointer, "must be one line");
        } else {
            MustacheText.fault(step.subject()).ifPresent(fault -> fields.refuse(pointer, fault));
        }
    }

    private static Duration delay(String pointer, String text, Fields fields) {
        if (text == null) {
            return Duration.ZERO;
        }
        Matcher weeks = WEEKS.matcher(text);
        try {
            Duration delay =
                    weeks.matches() ? Duration.ofDays(7 * Long.parseLong(weeks.group(1))) : Duration.parse(text);
            if (!delay.isNegative() && delay.compareTo(LONGEST_DELAY) <= 0) {
                return delay;
            }
            fields.refuse(pointer, "must be between PT0S and P365D");
        } catch (DateTimeParseException e) {
            fields.refuse(pointer, "must be an ISO-8601 duration such as PT0S, PT4H or P3D");
        }
        return null;
    }

    private static Map<String, Object> condition(String pointer, JsonNode node, Fields fields, Json json) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isObject()) {
            fields.refuse(pointer, "must be null or an object");
            return null;
        }
        if (!isStorable(node)) {
            fields.refuse(pointer, "must not contain NUL or half a surrogate pair");
            return null;
        }
        return json.read(node.toString(), OBJECT);
    }

    private static boolean isStorable(JsonNode node) {
        if (node.isTextual()) {
            return Fields.isStorable(node.textValue());
        }
        return node.propertyStream().allMatch(field -> Fields.isStorable(field.getKey()))
                && node.valueStream().allMatch(TemplateRequest::isStorable);
    }
}
