package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.jobs.workflow.Definition.Input;
import io.throughline.jobs.workflow.Definition.Step;
import io.throughline.platform.http.Problem.FieldError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What takes all steps of a definition to tell: who comes before whom, and what each may refer to. */
final class StepOrder {

    private final List<Step> steps;
    private final Map<String, Input> inputs;
    private final Set<String> names;
    private final Map<String, Set<String>> before;

    /** @param steps with names that are there and unique */
    StepOrder(List<Step> steps, Map<String, Input> inputs) {
        this.steps = steps;
        this.inputs = inputs;
        this.names = steps.stream().map(Step::name).collect(Collectors.toSet());
        this.before = before();
    }

    /** For each step all that have ended before it; those that wait in a circle have no entry. */
    private Map<String, Set<String>> before() {
        Map<String, Set<String>> found = new HashMap<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Step step : steps) {
                List<String> known =
                        step.after().stream().filter(names::contains).toList();
                if (!found.containsKey(step.name()) && found.keySet().containsAll(known)) {
                    Set<String> all = new HashSet<>(known);
                    known.forEach(name -> all.addAll(found.get(name)));
                    found.put(step.name(), all);
                    more = true;
                }
            }
        }
        return found;
    }

    void check(List<FieldError> errors) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String pointer = "/steps/" + i;
            for (int j = 0; j < step.after().size(); j++) {
                if (!names.contains(step.after().get(j))) {
                    errors.add(new FieldError(pointer + "/after/" + j, "is no step of this workflow"));
                }
            }
            if (!before.containsKey(step.name())) {
                errors.add(new FieldError(pointer + "/after", "makes the step wait, in a circle, for its own end"));
            }
            if (step.when() != null) {
                refer(step, List.of(ExpressionParser.whole(step.when())), pointer + "/when", errors);
            }
            refer(step, step.parameters(), pointer + "/parameters", errors);
        }
    }

    private void refer(Step step, JsonNode node, String pointer, List<FieldError> errors) {
        if (node.isTextual()) {
            refer(step, Template.expressions(node.textValue()), pointer, errors);
        }
        node.properties()
                .forEach(field ->
                        refer(step, field.getValue(), pointer + "/" + Template.pointer(field.getKey()), errors));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            refer(step, node.get(i), pointer + "/" + i, errors);
        }
    }

    private void refer(Step step, List<Expression> expressions, String pointer, List<FieldError> errors) {
        Set<String> ended = before.getOrDefault(step.name(), names);
        expressions.stream().flatMap(Expression::paths).forEach(path -> {
            if (path.ofInput() && !inputs.containsKey(path.name())) {
                errors.add(new FieldError(pointer, "refers to " + path + ", which is no input of this workflow"));
            } else if (path.ofStep() && !names.contains(path.name())) {
                errors.add(new FieldError(pointer, "refers to " + path + ", which is no step of this workflow"));
            } else if (path.ofStep() && !ended.contains(path.name())) {
                errors.add(new FieldError(
                        pointer, "refers to " + path + ", a step that need not have ended before this one"));
            }
        });
    }
}
