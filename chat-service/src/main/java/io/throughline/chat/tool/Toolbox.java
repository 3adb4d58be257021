package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.chat.tool.SuiteReads.Listing;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The tools a model may use. All of them read; none can name a tenant, a user or a URL. */
@Singleton
public class Toolbox {

    /** About 4,000 tokens; a page of 50 campaigns fits, and six rounds stay affordable. */
    static final int LONGEST_RESULT = 16_000;

    private static final String LIMIT = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":100}";
    private static final Set<String> JOB_STATUSES = Set.of("pending", "processing", "completed", "failed", "cancelled");

    private final SuiteReads suite;
    private final Json json;
    private final List<Tool> tools;

    Toolbox(SuiteReads suite, Json json) {
        this.suite = suite;
        this.json = json;
        this.tools = List.of(
                new Tool(
                        "list_campaigns",
                        "The newest campaigns: id, name, status (draft, active, paused, completed, archived).",
                        Map.of(),
                        List.of(),
                        this::campaigns),
                new Tool(
                        "campaign_performance",
                        "The report of one campaign: enrollments by status, events by channel and type (total and"
                                + " unique), funnel with rates from 0 to 1, figures per step. With days also a series"
                                + " per day.",
                        Map.of(
                                "campaign_id",
                                "{\"type\":\"string\",\"description\":\"id from list_campaigns\"}",
                                "days",
                                "{\"type\":\"integer\",\"minimum\":1,\"maximum\":90}"),
                        List.of("campaign_id"),
                        this::performance),
                new Tool(
                        "list_contacts",
                        "Contacts, by text or company domain if given; with count:true the number of all contacts.",
                        Map.of(
                                "search", "{\"type\":\"string\"}",
                                "company_domain", "{\"type\":\"string\"}",
                                "limit", LIMIT,
                                "count", "{\"type\":\"boolean\"}"),
                        List.of(),
                        this::contacts),
                new Tool(
                        "list_jobs",
                        "Background jobs, newest first: imports, workflows, outreach, syncs; with progress and error.",
                        Map.of(
                                "status",
                                "{\"type\":\"string\",\"enum\":[\"pending\",\"processing\",\"completed\",\"failed\","
                                        + "\"cancelled\"]}",
                                "type",
                                "{\"type\":\"string\"}",
                                "limit",
                                LIMIT),
                        List.of(),
                        this::jobs),
                new Tool(
                        "monitor",
                        "Operating figures of every service: queue depths, lag, cache hit ratios, pool use.",
                        Map.of(),
                        List.of(),
                        (input, apiKey) -> suite.monitor(apiKey)));
    }

    /**
     * @param properties JSON Schema of each input by name
     * @param required names of the inputs without which it cannot run
     */
    public record Tool(
            String name, String description, Map<String, String> properties, List<String> required, Action action) {

        public Tool {
            properties = java.util.Collections.unmodifiableMap(new TreeMap<>(properties));
        }
    }

    /** What came out: JSON or, when {@code failed}, a sentence that tells the model why. */
    public record Result(String text, boolean failed) {}

    @FunctionalInterface
    public interface Action {
        JsonNode run(JsonNode input, String apiKey);
    }

    /** Always the same, in the same order: the prefix that a provider caches begins with them. */
    public List<Tool> tools() {
        return tools;
    }

    /** Never throws for what the model did wrong or a service could not answer: the model shall say so. */
    public Result run(String name, JsonNode input, String apiKey) {
        try {
            return tools.stream()
                    .filter(tool -> tool.name().equals(name))
                    .findFirst()
                    .map(tool -> new Result(bounded(tool.action().run(input, apiKey)), false))
                    .orElseGet(() -> new Result("There is no tool " + Untrusted.clean(name) + ".", true));
        } catch (Refusal | Problem e) {
            return new Result(e.getMessage(), true);
        }
    }

    private JsonNode campaigns(JsonNode input, String apiKey) {
        return rows(suite.campaigns(apiKey), Set.of("id", "name", "status", "sender", "createdAt"));
    }

    private JsonNode performance(JsonNode input, String apiKey) {
        UUID campaign;
        try {
            campaign = UUID.fromString(input.path("campaign_id").asText());
        } catch (IllegalArgumentException e) {
            throw new Refusal("campaign_id must be an id from list_campaigns.");
        }
        boolean series = input.has("days");
        int days = Math.clamp(input.path("days").asInt(30), 1, 90);
        JsonNode report = suite.performance(campaign, days, apiKey)
                .orElseThrow(() -> new Refusal("There is no campaign " + campaign + "."));
        if (report instanceof ObjectNode fields) {
            // The series is the long part, so it goes last: a cut costs days, not the funnel.
            JsonNode perDay = fields.remove("timeSeries");
            if (series && perDay != null) {
                fields.set("timeSeries", perDay);
            }
        }
        return report;
    }

    private JsonNode contacts(JsonNode input, String apiKey) {
        if (input.path("count").asBoolean()) {
            return json.tree(json.bytes(suite.contactCount(apiKey)));
        }
        Map<String, String> filter = limited(input);
        copy(input, "search", filter, "search");
        copy(input, "company_domain", filter, "companyDomain");
        return rows(suite.contacts(filter, apiKey), Set.of());
    }

    private JsonNode jobs(JsonNode input, String apiKey) {
        Map<String, String> filter = limited(input);
        copy(input, "type", filter, "type");
        copy(input, "status", filter, "status");
        if (filter.containsKey("status") && !JOB_STATUSES.contains(filter.get("status"))) {
            throw new Refusal(
                    "status must be one of " + JOB_STATUSES.stream().sorted().toList() + ".");
        }
        return rows(
                suite.jobs(filter, apiKey),
                Set.of("jobId", "type", "status", "attempt", "progress", "error", "createdAt", "completedAt"));
    }

    private static Map<String, String> limited(JsonNode input) {
        return new TreeMap<>(Map.of("limit", "" + Math.clamp(input.path("limit").asInt(25), 1, 100)));
    }

    private static void copy(JsonNode input, String from, Map<String, String> filter, String to) {
        if (input.hasNonNull(from) && !input.path(from).asText().isBlank()) {
            filter.put(to, Untrusted.clean(input.path(from).asText()));
        }
    }

    /** @param kept field names; none means all */
    private JsonNode rows(Listing listing, Set<String> kept) {
        if (!kept.isEmpty()) {
            listing.rows().forEach(row -> ((ObjectNode) row).retain(kept));
        }
        ObjectNode result = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        result.put("thereAreMore", listing.more());
        result.set("rows", listing.rows());
        return result;
    }

    private String bounded(JsonNode result) {
        String text = json.text(result);
        return text.length() <= LONGEST_RESULT
                ? text
                : text.substring(0, LONGEST_RESULT) + " [cut after " + LONGEST_RESULT + " characters]";
    }

    private static final class Refusal extends RuntimeException {
        Refusal(String reason) {
            super(reason);
        }
    }
}
