package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.jobs.queue.Priority;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Begins a run: a copy of the definition, the inputs, and the job, in one transaction. */
@Singleton
class StartWorkflow {

    /** As JSON writes it; behind an odd number of backslashes, or it is text about it. */
    private static final Pattern NUL = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\u0000");

    private final Sql sql;
    private final Json json;
    private final Definitions definitions;
    private final RunStore runs;
    private final JobStore jobs;

    StartWorkflow(Sql sql, Json json, Definitions definitions, RunStore runs, JobStore jobs) {
        this.sql = sql;
        this.json = json;
        this.definitions = definitions;
        this.runs = runs;
        this.jobs = jobs;
    }

    /** As asked; every field but the name may be null. */
    record Asked(String workflowName, Map<String, Object> inputs, String priority) {}

    JobView start(UUID tenantId, UUID userId, Asked asked) {
        List<FieldError> errors = new ArrayList<>();
        Optional<Priority> priority =
                asked.priority() == null ? Optional.of(Priority.NORMAL) : Priority.named(asked.priority());
        if (priority.isEmpty()) {
            errors.add(new FieldError("/priority", "must be one of: high, normal, low"));
        }
        Optional<Definition> definition = asked.workflowName() == null
                ? Optional.empty()
                : definitions.find(tenantId, asked.workflowName()).map(Definitions.Named::definition);
        if (definition.isEmpty()) {
            errors.add(new FieldError("/workflowName", "is the name of no workflow"));
        }
        Map<String, Object> given = asked.inputs() == null ? Map.of() : asked.inputs();
        JsonNode inputs = definition.map(known -> inputs(known, given, errors)).orElse(null);
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        UUID id = Ids.next();
        NewJob job = NewJob.of(
                        id,
                        tenantId,
                        userId,
                        RunWorkflow.NAME,
                        Map.of("workflowName", asked.workflowName(), "inputs", inputs))
                .withPriority(priority.orElseThrow());
        return sql.inTransaction(() -> {
            runs.begin(new RunStore.Run(
                    id, tenantId, userId, asked.workflowName(), definition.orElseThrow(), inputs, false));
            return jobs.enqueue(job);
        });
    }

    private JsonNode inputs(Definition definition, Map<String, Object> given, List<FieldError> errors) {
        String text = json.text(given);
        if (text.length() > Template.LARGEST) {
            errors.add(new FieldError("/inputs", "must be smaller than " + Template.LARGEST + " characters"));
            return null;
        }
        if (NUL.matcher(text).find()) {
            errors.add(new FieldError("/inputs", "must not contain the character U+0000"));
        }
        given.keySet().stream()
                .filter(name -> !definition.inputs().containsKey(name))
                .forEach(name -> errors.add(
                        new FieldError("/inputs/" + Template.pointer(name), "is no input of this workflow")));
        JsonNode tree = json.tree(json.bytes(given));
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        definition.inputs().forEach((name, input) -> {
            if (input.required() && tree.path(name).isMissingNode()) {
                errors.add(new FieldError("/inputs/" + name, "is missing"));
            }
            JsonNode fallback = input.fallback() == null ? JsonNodeFactory.instance.nullNode() : input.fallback();
            inputs.set(name, tree.has(name) ? tree.get(name) : fallback);
        });
        return inputs;
    }
}
