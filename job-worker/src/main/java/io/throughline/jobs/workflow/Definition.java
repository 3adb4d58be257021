package io.throughline.jobs.workflow;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A workflow as {@link DefinitionReader} accepted it, and as it is stored and copied into each run.
 *
 * @param description null: none
 * @param inputs by name, in the order given
 * @param steps at least one, names unique
 */
public record Definition(String description, Map<String, Input> inputs, List<Step> steps) {

    /** @param fallback what it is when none is given; null: null */
    public record Input(
            boolean required, @JsonProperty("default") JsonNode fallback) {}

    /**
     * A step, which becomes a job.
     *
     * @param type of the job
     * @param parameters an object; texts in it may hold expressions
     * @param after steps that have ended before it begins
     * @param when it is skipped unless this holds; null: it always runs
     * @param attempts of the job at most
     * @param timeLimit of one attempt, ISO-8601; null: the type's
     */
    public record Step(
            String name,
            String type,
            JsonNode parameters,
            List<String> after,
            String when,
            int attempts,
            String timeLimit,
            OnFailure onFailure) {

        Duration limit() {
            return timeLimit == null ? null : Duration.parse(timeLimit);
        }
    }

    /** What becomes of the workflow when a step failed or was cancelled. */
    public enum OnFailure {
        @JsonProperty("fail")
        FAIL,
        @JsonProperty("continue")
        CONTINUE
    }
}
