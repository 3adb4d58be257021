package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Map;

/**
 * What expressions read.
 *
 * @param inputs an object
 * @param outputs of the steps that completed, by name; the others have none
 */
record Scope(JsonNode inputs, Map<String, JsonNode> outputs) {

    JsonNode output(String step) {
        return outputs.getOrDefault(step, NullNode.instance);
    }
}
