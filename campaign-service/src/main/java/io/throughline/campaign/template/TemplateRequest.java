package io.throughline.campaign.template;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.campaign.Fields;
import io.throughline.events.campaign.InstanceSnapshot.Step;
import io.throughline.events.campaign.InstanceSnapshot.Variant;
import io.throughline.events.campaign.Tracking;
import io.throughline.platform.events.Json;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    private static final int VARIANTS = 10;
    private static final int VARIANT_NAME_LENGTH = 50;
    private static final int HEAVIEST = 10_000;
    private static final Duration LONGEST_DELAY = Duration.ofDays(365);
    private static final Pattern WEEKS = Pattern.compile("P(\\d{1,4})W");
    private static final List<String> CHANNELS = List.of("email", "linkedin", "sms", "webhook");

    /**
     * @param delay ISO-8601, counted from the step before; null: none
     * @param condition null: always
     * @param variants instead of subject, body and html
     * @param html besides {@code body}, for email; null: none
     * @param tracking null: opens and clicks
     */
    record StepRequest(
            String channel,
            String delay,
            String subject,
            String body,
            JsonNode condition,
            List<VariantRequest> variants,
            String html,
            Tracking tracking) {}

    /**
     * @param weight null: 1
     * @param html as that of a step
     */
    record VariantRequest(String name, Integer weight, String subject, String body, String html) {}

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
        List<Variant> variants = null;
        if (step.variants() == null) {
            checkWording(at, step.channel(), step.subject(), step.body(), step.html(), fields);
        } else {
            variants = variants(at, step, fields);
        }
        Duration delay = delay(at + "/delay", step.delay(), fields);
        return new Step(
                index + 1,
                step.channel(),
                delay,
                step.subject(),
                step.body(),
                StepCondition.checked(at + "/condition", step.condition(), index + 1, fields, json),
                variants,
                step.html(),
                step.tracking());
    }

    private static void checkWording(
            String at, String channel, String subject, String body, String html, Fields fields) {
        checkSubject(at + "/subject", channel, subject, fields);
        if (fields.text(at + "/body", body, BODY_LENGTH)) {
            MustacheText.fault(body).ifPresent(fault -> fields.refuse(at + "/body", fault));
        }
        checkHtml(at + "/html", channel, html, fields);
    }

    private static void checkHtml(String pointer, String channel, String html, Fields fields) {
        if (html == null) {
            return;
        }
        if (!"email".equals(channel)) {
            fields.refuse(pointer, "is for the channel email only");
        } else if (fields.text(pointer, html, BODY_LENGTH)) {
            MustacheText.fault(html).ifPresent(fault -> fields.refuse(pointer, fault));
        }
    }

    private static List<Variant> variants(String at, StepRequest step, Fields fields) {
        if (step.subject() != null || step.body() != null || step.html() != null) {
            fields.refuse(at + "/variants", "have subjects, bodies and html of their own; leave those of the step out");
        }
        if (step.variants().size() < 2
                || step.variants().size() > VARIANTS
                || step.variants().contains(null)) {
            fields.refuse(at + "/variants", "must be 2 to " + VARIANTS + " objects");
            return null;
        }
        List<Variant> variants = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < step.variants().size(); i++) {
            VariantRequest variant = step.variants().get(i);
            String pointer = at + "/variants/" + i;
            int weight = variant.weight() == null ? 1 : variant.weight();
            if (fields.text(pointer + "/name", variant.name(), VARIANT_NAME_LENGTH) && !names.add(variant.name())) {
                fields.refuse(pointer + "/name", "is the name of another variant of the step");
            }
            if (weight < 0 || weight > HEAVIEST) {
                fields.refuse(pointer + "/weight", "must be between 0 and " + HEAVIEST);
            }
            checkWording(pointer, step.channel(), variant.subject(), variant.body(), variant.html(), fields);
            variants.add(new Variant(variant.name(), weight, variant.subject(), variant.body(), variant.html()));
        }
        if (variants.stream().mapToInt(Variant::weight).sum() == 0) {
            fields.refuse(at + "/variants", "need one with a weight above 0");
        }
        return List.copyOf(variants);
    }

    private static void checkSubject(String pointer, String channel, String subject, Fields fields) {
        boolean readable = "email".equals(channel)
                ? fields.text(pointer, subject, SUBJECT_LENGTH)
                : fields.optionalText(pointer, subject, SUBJECT_LENGTH);
        if (!readable || subject == null) {
            return;
        }
        if (!Fields.isOneLine(subject)) {
            fields.refuse(pointer, "must be one line");
        } else {
            MustacheText.fault(subject).ifPresent(fault -> fields.refuse(pointer, fault));
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
}
