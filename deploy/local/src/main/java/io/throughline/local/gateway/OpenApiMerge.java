package io.throughline.local.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;

/**
 * One document for all services. Paths are united; a component that two services define differently keeps its name for
 * the first and is called {@code service.Name} for the others, references included.
 */
final class OpenApiMerge {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY_SCHEME = "apiKey";

    private final ObjectNode merged = JSON.createObjectNode();

    private OpenApiMerge() {
        merged.put("openapi", "3.1.0");
        merged.putObject("info")
                .put("title", "Throughline")
                .put("version", "1")
                .put("description", "All services behind one address.");
        merged.putObject("paths");
        merged.putObject("components")
                .putObject("securitySchemes")
                .putObject(KEY_SCHEME)
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", "X-API-Key");
        merged.putArray("security").addObject().putArray(KEY_SCHEME);
        merged.putArray("tags");
    }

    /** @param documents by service */
    static ObjectNode merge(Map<String, JsonNode> documents) {
        OpenApiMerge merge = new OpenApiMerge();
        documents.forEach(merge::add);
        return merge.merged;
    }

    private void add(String service, JsonNode document) {
        Map<String, String> renamed = renamed(service, document.path("components"));
        for (Entry<String, JsonNode> kind : document.path("components").properties()) {
            if (!kind.getKey().equals("securitySchemes")) {
                ObjectNode target = object((ObjectNode) merged.get("components"), kind.getKey());
                kind.getValue().properties().forEach(component -> {
                    String reference = reference(kind.getKey(), component.getKey());
                    String name = renamed.getOrDefault(reference, reference);
                    target.set(name.substring(name.lastIndexOf('/') + 1), rewritten(component.getValue(), renamed));
                });
            }
        }
        for (Entry<String, JsonNode> path : document.path("paths").properties()) {
            if (!path.getKey().startsWith("/q/")) {
                ObjectNode target = object((ObjectNode) merged.get("paths"), path.getKey());
                path.getValue()
                        .properties()
                        .forEach(operation -> target.set(
                                operation.getKey(), withoutOwnSecurity(rewritten(operation.getValue(), renamed))));
            }
        }
        document.path("tags").forEach(this::addTag);
    }

    private void addTag(JsonNode tag) {
        ArrayNode tags = (ArrayNode) merged.get("tags");
        for (JsonNode known : tags) {
            if (known.path("name").equals(tag.path("name"))) {
                return;
            }
        }
        tags.add(tag);
    }

    /** From {@code #/components/kind/Name} to its new reference, for components that differ from what is there. */
    private Map<String, String> renamed(String service, JsonNode components) {
        Map<String, String> renamed = new HashMap<>();
        for (Entry<String, JsonNode> kind : components.properties()) {
            for (Entry<String, JsonNode> component : kind.getValue().properties()) {
                JsonNode present = merged.path("components").path(kind.getKey()).path(component.getKey());
                if (!present.isMissingNode() && !present.equals(component.getValue())) {
                    renamed.put(
                            reference(kind.getKey(), component.getKey()),
                            reference(kind.getKey(), service + "." + component.getKey()));
                }
            }
        }
        return renamed;
    }

    private static String reference(String kind, String name) {
        return "#/components/" + kind + "/" + name;
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        return parent.has(name) ? (ObjectNode) parent.get(name) : parent.putObject(name);
    }

    /** Every operation takes the same key, under one name here. */
    private static JsonNode withoutOwnSecurity(JsonNode operation) {
        if (operation instanceof ObjectNode object && !object.path("security").isEmpty()) {
            object.remove("security");
        }
        return operation;
    }

    private static JsonNode rewritten(JsonNode node, Map<String, String> renamed) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JSON.createObjectNode();
            object.properties()
                    .forEach(field -> copy.set(
                            field.getKey(),
                            field.getKey().equals("$ref")
                                    ? JSON.getNodeFactory()
                                            .textNode(renamed.getOrDefault(
                                                    field.getValue().asText(),
                                                    field.getValue().asText()))
                                    : rewritten(field.getValue(), renamed)));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JSON.createArrayNode();
            array.forEach(element -> copy.add(rewritten(element, renamed)));
            return copy;
        }
        return node;
    }
}
