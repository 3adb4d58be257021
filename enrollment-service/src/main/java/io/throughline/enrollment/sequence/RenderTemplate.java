package io.throughline.enrollment.sequence;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.samskivert.mustache.MustacheException;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.suite.SuiteApi;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A step of a template as one recipient would get it, by the very code that fills it in when it is sent. */
@Singleton
class RenderTemplate {

    private static final int MOST_VALUES = 200;
    private static final int LONGEST_VALUE = 4_000;

    private static final Map<String, Object> NOBODY = Map.of("unsubscribeUrl", OutreachMessage.UNSUBSCRIBE_URL);

    private final SuiteApi suite;
    private final CurrentCaller caller;
    private final Sql sql;
    private final Json json;

    RenderTemplate(SuiteApi suite, CurrentCaller caller, Sql sql, Json json) {
        this.suite = suite;
        this.caller = caller;
        this.sql = sql;
        this.json = json;
    }

    /**
     * @param html null: the step has none
     * @param missing names without a value and without a default, so that nothing stands in their place
     */
    record Rendered(int step, String channel, String subject, String body, String html, List<String> missing) {}

    /** @param step null: the first. @param contactId or {@code values}, which win; neither: nothing is known */
    Rendered step(UUID templateId, Integer step, UUID contactId, Map<String, Object> values) {
        Map<String, Object> known = new HashMap<>(contactId == null ? NOBODY : contact(contactId));
        known.putAll(checked(values));
        JsonNode wanted = wanted(templateId, step == null ? 1 : step);
        try {
            Wording wording = Wording.of(text(wanted, "subject"), text(wanted, "body"), text(wanted, "html"));
            List<String> missing = new ArrayList<>();
            Values seen = new Values(known);
            wording.names(name -> {
                if (seen.lacks(name) && !missing.contains(name)) {
                    missing.add(name);
                }
            });
            return new Rendered(
                    wanted.path("stepNumber").asInt(),
                    wanted.path("channel").asText(),
                    wording.subject(known),
                    wording.body(known),
                    wording.html(known),
                    missing);
        } catch (MustacheException | Wording.TooLong e) {
            throw invalid("/step", "cannot be filled in: " + e.getMessage());
        }
    }

    private JsonNode wanted(UUID templateId, int step) {
        JsonNode steps = suite.read(
                        SuiteApi.Service.CAMPAIGN, "/api/campaigns/templates/" + templateId, caller.apiKey())
                .orElseThrow(() -> Problem.notFound("template", templateId))
                .path("data")
                .path("steps");
        if (step < 1 || step > steps.size()) {
            throw invalid("/step", "must be from 1 to " + steps.size());
        }
        return steps.get(step - 1);
    }

    private Map<String, Object> contact(UUID id) {
        return sql.first(
                        """
                        SELECT id, email, first_name, last_name, company, company_domain, attributes FROM contact
                        WHERE tenant_id = ? AND id = ?
                        """,
                        row -> new Recipient(
                                        row.uuid("id"),
                                        row.text("email"),
                                        row.text("first_name"),
                                        row.text("last_name"),
                                        row.text("company"),
                                        row.text("company_domain"),
                                        json.read(row.text("attributes"), new TypeReference<Map<String, Object>>() {}))
                                .values(),
                        caller.tenantId(),
                        id)
                .orElseThrow(() -> Problem.notFound("contact", id));
    }

    /** As those of a contact are: text of some length. */
    private static Map<String, Object> checked(Map<String, Object> values) {
        Map<String, Object> checked = new HashMap<>();
        if (values == null) {
            return checked;
        }
        if (values.size() > MOST_VALUES) {
            throw invalid("/values", "has more than " + MOST_VALUES + " entries");
        }
        values.forEach((name, value) -> {
            boolean scalar = value instanceof String || value instanceof Number || value instanceof Boolean;
            if (value != null && (!scalar || value.toString().length() > LONGEST_VALUE)) {
                throw invalid(
                        "/values/" + name,
                        "must be text, a number or a boolean of " + LONGEST_VALUE + " characters at most");
            }
            checked.put(name, value == null ? "" : value.toString());
        });
        return checked;
    }

    private static String text(JsonNode step, String field) {
        return step.path(field).textValue();
    }

    static Problem invalid(String pointer, String detail) {
        return Problem.invalid(List.of(new FieldError(pointer, detail)));
    }
}
