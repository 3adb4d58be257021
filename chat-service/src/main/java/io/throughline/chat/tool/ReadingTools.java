package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.chat.tool.SuiteReads.Listing;
import io.throughline.chat.tool.Tool.Refusal;
import io.throughline.platform.events.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The tools that look. None can name a tenant, a user or a URL. */
final class ReadingTools {

    private static final int COMPARED = 5;
    private static final String TEXT = "{\"type\":\"string\"}";
    private static final String LIMIT = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":100}";
    private static final String DAYS = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":90}";
    private static final String ID = "{\"type\":\"string\",\"description\":\"id from list_campaigns\"}";
    private static final List<String> JOB_STATUSES =
            List.of("cancelled", "completed", "failed", "pending", "processing");

    private final SuiteReads suite;
    private final Json json;

    ReadingTools(SuiteReads suite, Json json) {
        this.suite = suite;
        this.json = json;
    }

    List<Tool> all() {
        return List.of(
                new Tool(
                        "list_campaigns",
                        "The newest campaigns: id, name, status (draft, active, paused, completed, archived).",
                        Map.of(),
                        List.of(),
                        (input, visit) ->
                                rows(suite.campaigns(visit), Set.of("id", "name", "status", "sender", "createdAt"))),
                new Tool(
                        "campaign_performance",
                        "The report of one campaign: enrollments by status, events by channel and type (total and"
                                + " unique), funnel with rates from 0 to 1, figures per step. With days also a series"
                                + " per day.",
                        Map.of("campaign_id", ID, "days", DAYS),
                        List.of("campaign_id"),
                        this::performance),
                new Tool(
                        "compare_campaigns",
                        "The reports of several campaigns side by side: enrollments and funnel of each.",
                        Map.of(
                                "campaign_ids",
                                "{\"type\":\"array\",\"minItems\":1,\"maxItems\":" + COMPARED + ",\"items\":" + ID
                                        + "}"),
                        List.of("campaign_ids"),
                        this::comparison),
                new Tool(
                        "list_contacts",
                        "Contacts, by text or company domain if given; with count:true the number of all contacts.",
                        Map.of(
                                "search",
                                TEXT,
                                "company_domain",
                                TEXT,
                                "limit",
                                LIMIT,
                                "count",
                                "{\"type\":\"boolean\"}"),
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
                                TEXT,
                                "limit",
                                LIMIT),
                        List.of(),
                        this::jobs),
                new Tool(
                        "monitor",
                        "Operating figures of every service: queue depths, lag, cache hit ratios, pool use.",
                        Map.of(),
                        List.of(),
                        (input, visit) -> suite.monitor(visit)));
    }

    private JsonNode performance(JsonNode input, Visit visit) {
        boolean series = input.has("days");
        JsonNode report = report(
                Inputs.id(input.path("campaign_id"), "campaign_id", "list_campaigns"),
                Inputs.number(input.path("days"), 30, 90),
                visit);
        if (report instanceof ObjectNode fields) {
            // The series is the long part, so it goes last: a cut costs days, not the funnel.
            JsonNode perDay = fields.remove("timeSeries");
            if (series && perDay != null) {
                fields.set("timeSeries", perDay);
            }
        }
        return report;
    }

    private JsonNode comparison(JsonNode input, Visit visit) {
        ArrayNode reports = JsonNodeFactory.instance.arrayNode();
        for (UUID campaign : Inputs.ids(input.path("campaign_ids"), "campaign_ids", "list_campaigns", COMPARED)) {
            ObjectNode report = (ObjectNode) report(campaign, 30, visit);
            reports.add(report.retain("instanceId", "enrollments", "funnel"));
        }
        return reports;
    }

    private JsonNode report(UUID campaign, int days, Visit visit) {
        return suite.performance(campaign, days, visit)
                .filter(JsonNode::isObject)
                .orElseThrow(() -> new Refusal("There is no campaign " + campaign + "."));
    }

    private JsonNode contacts(JsonNode input, Visit visit) {
        if (input.path("count").asBoolean()) {
            return json.tree(json.bytes(suite.contactCount(visit)));
        }
        Map<String, String> filter = Inputs.limited(input);
        Inputs.copy(input, "search", filter, "search");
        Inputs.copy(input, "company_domain", filter, "companyDomain");
        return rows(suite.contacts(filter, visit), Set.of());
    }

    private JsonNode jobs(JsonNode input, Visit visit) {
        Map<String, String> filter = Inputs.limited(input);
        Inputs.copy(input, "type", filter, "type");
        Inputs.copy(input, "status", filter, "status");
        if (filter.containsKey("status") && !JOB_STATUSES.contains(filter.get("status"))) {
            throw new Refusal("status must be one of " + JOB_STATUSES + ".");
        }
        return rows(
                suite.jobs(filter, visit),
                Set.of("jobId", "type", "status", "attempt", "progress", "error", "createdAt", "completedAt"));
    }

    /** @param kept field names; none means all */
    private static JsonNode rows(Listing listing, Set<String> kept) {
        if (!kept.isEmpty()) {
            listing.rows().forEach(row -> {
                if (row instanceof ObjectNode fields) {
                    fields.retain(kept);
                }
            });
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("thereAreMore", listing.more());
        result.set("rows", listing.rows());
        return result;
    }
}
