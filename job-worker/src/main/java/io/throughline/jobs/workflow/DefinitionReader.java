package io.throughline.jobs.workflow;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.JobTypes;
import io.throughline.jobs.queue.NewJob;
import io.throughline.jobs.workflow.Definition.Input;
import io.throughline.jobs.workflow.Definition.OnFailure;
import io.throughline.jobs.workflow.Definition.Step;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns a definition as written, in JSON or YAML, into a {@link Definition}, or says everything that is wrong with it. */
@Singleton
class DefinitionReader {

    static final int MOST_STEPS = 100;

    private static final int LARGEST = 131_072;
    private static final int MOST_INPUTS = 100;
    private static final int MOST_ATTEMPTS = 100;
    private static final int DEEPEST = 50;
    private static final Duration LONGEST_LIMIT = Duration.ofHours(24);
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
    private static final String NAME_RULE = "must begin with a letter and have at most 64 letters, digits, - and _";

    private final JsonMapper json = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private final YAMLMapper yaml = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JobTypes types;
    private final Json stored;

    DefinitionReader(JobTypes types, Json stored) {
        this.types = types;
        this.stored = stored;
    }

    static void checkName(String name, String pointer, List<FieldError> errors) {
        if (name == null || !NAME.matcher(name).matches()) {
            errors.add(new FieldError(pointer, NAME_RULE));
        }
    }

    /** @throws Problem 400 when it is neither JSON nor YAML, 413 when it is too large, 422 with all that is wrong */
    Definition read(String text, boolean isYaml) {
        if (text.length() > LARGEST) {
            throw new Problem(CommonErrors.TOO_LARGE, "A definition has at most " + LARGEST + " characters.");
        }
        JsonNode tree;
        try {
            tree = (isYaml ? yaml : json).readTree(text);
        } catch (JsonProcessingException e) {
            throw new Problem(
                    CommonErrors.MALFORMED,
                    "The body is not valid " + (isYaml ? "YAML: " : "JSON: ")
                            + e.getOriginalMessage().lines().findFirst().orElse("unreadable"),
                    e);
        }
        if (!(tree instanceof ObjectNode object)) {
            throw Problem.invalid(List.of(new FieldError("/", "must be an object with inputs and steps")));
        }
        return new Reading().definition(object);
    }

    /** One definition and what is wrong with it. */
    private final class Reading {

        private final List<FieldError> errors = new ArrayList<>();

        Definition definition(ObjectNode tree) {
            refuseUnknown(tree, "", Set.of("description", "inputs", "steps"));
            refuseNul(tree, "", 0);
            String description = text(tree, "description", "");
            Map<String, Input> inputs = inputs(tree.path("inputs"));
            List<Step> steps = steps(tree.path("steps"));
            if (errors.isEmpty()) {
                new StepOrder(steps, inputs).check(errors);
            }
            if (!errors.isEmpty()) {
                throw Problem.invalid(errors);
            }
            return new Definition(description, inputs, steps);
        }

        private void error(String pointer, String detail) {
            errors.add(new FieldError(pointer, detail));
        }

        private void refuseUnknown(JsonNode object, String pointer, Set<String> known) {
            object.fieldNames().forEachRemaining(name -> {
                if (!known.contains(name)) {
                    error(
                            pointer + "/" + Template.pointer(name),
                            "is not one of: "
                                    + String.join(", ", known.stream().sorted().toList()));
                }
            });
        }

        /** PostgreSQL's jsonb holds every character but this one. */
        private void refuseNul(JsonNode node, String pointer, int depth) {
            if (depth > DEEPEST) {
                error(pointer, "is more than " + DEEPEST + " levels deep");
            } else if (node.isTextual() && node.textValue().indexOf('\0') >= 0) {
                error(pointer, "must not contain the character U+0000");
            } else if (node.isObject()) {
                node.properties().forEach(field -> {
                    if (field.getKey().indexOf('\0') >= 0) {
                        error(pointer, "must not contain the character U+0000");
                    }
                    refuseNul(field.getValue(), pointer + "/" + Template.pointer(field.getKey()), depth + 1);
                });
            } else if (node.isArray()) {
                for (int i = 0; i < node.size(); i++) {
                    refuseNul(node.get(i), pointer + "/" + i, depth + 1);
                }
            }
        }

        private String text(JsonNode object, String field, String pointer) {
            JsonNode value = object.path(field);
            if (value.isMissingNode() || value.isNull()) {
                return null;
            }
            if (!value.isTextual()) {
                error(pointer + "/" + field, "must be text");
                return null;
            }
            return value.textValue();
        }

        private Map<String, Input> inputs(JsonNode tree) {
            Map<String, Input> inputs = new LinkedHashMap<>();
            if (tree.isMissingNode() || tree.isNull()) {
                return inputs;
            }
            if (!tree.isObject() || tree.size() > MOST_INPUTS) {
                error("/inputs", "must be an object of at most " + MOST_INPUTS + " inputs by name");
                return inputs;
            }
            tree.properties().forEach(field -> {
                String pointer = "/inputs/" + Template.pointer(field.getKey());
                checkName(field.getKey(), pointer, errors);
                inputs.put(field.getKey(), input(field.getValue(), pointer));
            });
            return inputs;
        }

        private Input input(JsonNode tree, String pointer) {
            if (tree.isNull()) {
                return new Input(false, null);
            }
            if (!tree.isObject()) {
                error(pointer, "must be an object with required or default");
                return new Input(false, null);
            }
            refuseUnknown(tree, pointer, Set.of("required", "default"));
            JsonNode required = tree.path("required");
            if (!required.isMissingNode() && !required.isBoolean()) {
                error(pointer + "/required", "must be true or false");
            }
            if (required.asBoolean() && tree.hasNonNull("default")) {
                error(pointer + "/default", "is never used, since the input is required");
            }
            return new Input(required.asBoolean(), tree.get("default"));
        }

        private List<Step> steps(JsonNode tree) {
            List<Step> steps = new ArrayList<>();
            if (!tree.isArray() || tree.isEmpty() || tree.size() > MOST_STEPS) {
                error("/steps", "must be an array of 1 to " + MOST_STEPS + " steps");
                return steps;
            }
            Set<String> names = new HashSet<>();
            for (int i = 0; i < tree.size(); i++) {
                String pointer = "/steps/" + i;
                if (!tree.get(i).isObject()) {
                    error(pointer, "must be an object");
                    continue;
                }
                Step step = step(
                        tree.get(i),
                        pointer,
                        i == 0 ? null : tree.get(i - 1).path("name").asText());
                if (step.name() != null && !names.add(step.name())) {
                    error(pointer + "/name", "is the name of another step, too");
                }
                steps.add(step);
            }
            return steps;
        }

        private Step step(JsonNode tree, String pointer, String before) {
            refuseUnknown(
                    tree,
                    pointer,
                    Set.of("name", "type", "parameters", "after", "when", "attempts", "timeLimit", "onFailure"));
            String name = text(tree, "name", pointer);
            if (name != null
                    || tree.path("name").isMissingNode()
                    || tree.path("name").isNull()) {
                checkName(name, pointer + "/name", errors);
            }
            String type = text(tree, "type", pointer);
            JobType<?> known = types.named(type).filter(JobType::requestable).orElse(null);
            if (known == null) {
                error(pointer + "/type", "must be one of: " + types.requestable());
            }
            JsonNode parameters = parameters(tree.path("parameters"), pointer + "/parameters", known);
            return new Step(
                    name,
                    type,
                    parameters,
                    after(tree.path("after"), pointer + "/after", before),
                    when(tree.path("when"), pointer + "/when"),
                    attempts(tree.path("attempts"), pointer + "/attempts"),
                    timeLimit(text(tree, "timeLimit", pointer), pointer + "/timeLimit"),
                    onFailure(tree.path("onFailure"), pointer + "/onFailure"));
        }

        private JsonNode parameters(JsonNode tree, String pointer, JobType<?> type) {
            if (tree.isMissingNode() || tree.isNull()) {
                return parameters(JsonNodeFactory.instance.objectNode(), pointer, type);
            }
            if (!tree.isObject()) {
                error(pointer, "must be an object");
                return tree;
            }
            int before = errors.size();
            boolean constant = checkTexts(tree, pointer, 0);
            if (constant && errors.size() == before && type != null) {
                checkConstant(tree, pointer, type);
            }
            return tree;
        }

        /** Whether there is no expression in it, so that it is known already what the job will get. */
        private boolean checkTexts(JsonNode node, String pointer, int depth) {
            if (depth > DEEPEST) {
                return false;
            }
            if (node.isTextual()) {
                try {
                    return Template.expressions(node.textValue()).isEmpty();
                } catch (ExpressionParser.Unreadable e) {
                    error(pointer, e.getMessage());
                    return false;
                }
            }
            boolean constant = true;
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                constant &= checkTexts(field.getValue(), pointer + "/" + Template.pointer(field.getKey()), depth + 1);
            }
            for (int i = 0; node.isArray() && i < node.size(); i++) {
                constant &= checkTexts(node.get(i), pointer + "/" + i, depth + 1);
            }
            return constant;
        }

        private void checkConstant(JsonNode parameters, String pointer, JobType<?> type) {
            try {
                stored.read(stored.text(parameters), type.parameters());
            } catch (UncheckedIOException e) {
                Throwable reason = e.getCause();
                while (reason.getCause() != null && reason.getCause() != reason) {
                    reason = reason.getCause();
                }
                String message = reason instanceof JsonProcessingException unread
                        ? unread.getOriginalMessage()
                        : String.valueOf(reason.getMessage());
                error(pointer, "is not what " + type.name() + " takes: " + message);
            }
        }

        private List<String> after(JsonNode tree, String pointer, String before) {
            if (tree.isMissingNode() || tree.isNull()) {
                return before == null ? List.of() : List.of(before);
            }
            if (!tree.isArray()) {
                error(pointer, "must be an array of names of steps");
                return List.of();
            }
            Set<String> names = new LinkedHashSet<>();
            for (int i = 0; i < tree.size(); i++) {
                if (!tree.get(i).isTextual()) {
                    error(pointer + "/" + i, "must be the name of a step");
                } else if (!names.add(tree.get(i).textValue())) {
                    error(pointer + "/" + i, "is there twice");
                }
            }
            return List.copyOf(names);
        }

        private String when(JsonNode tree, String pointer) {
            if (tree.isMissingNode() || tree.isNull()) {
                return null;
            }
            if (!tree.isValueNode()) {
                error(pointer, "must be a condition such as inputs.count > 3");
                return null;
            }
            try {
                ExpressionParser.whole(tree.asText());
            } catch (ExpressionParser.Unreadable e) {
                error(pointer, e.getMessage());
            }
            return tree.asText();
        }

        private int attempts(JsonNode tree, String pointer) {
            if (tree.isMissingNode() || tree.isNull()) {
                return NewJob.MAX_ATTEMPTS;
            }
            if (!tree.isInt() || tree.intValue() < 1 || tree.intValue() > MOST_ATTEMPTS) {
                error(pointer, "must be a number from 1 to " + MOST_ATTEMPTS);
                return NewJob.MAX_ATTEMPTS;
            }
            return tree.intValue();
        }

        private String timeLimit(String text, String pointer) {
            if (text == null) {
                return null;
            }
            try {
                Duration limit = Duration.parse(text);
                if (limit.toMillis() >= 1 && limit.compareTo(LONGEST_LIMIT) <= 0) {
                    return text;
                }
            } catch (DateTimeParseException | ArithmeticException e) {
                error(pointer, "must be a duration such as PT30S");
                return null;
            }
            error(pointer, "must be longer than nothing and at most " + LONGEST_LIMIT);
            return null;
        }

        private OnFailure onFailure(JsonNode tree, String pointer) {
            if (tree.isMissingNode() || tree.isNull() || tree.asText().equals("fail")) {
                return OnFailure.FAIL;
            }
            if (!tree.asText().equals("continue")) {
                error(pointer, "must be fail or continue");
            }
            return OnFailure.CONTINUE;
        }
    }
}
