package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.suite.SuiteApi;
import io.throughline.platform.suite.SuiteApi.Service;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The suite as a caller may see it: each read is HTTP calls with the caller's own key, its strings cleaned (see
 * {@link Untrusted}). A service that does not answer is a {@link Problem}, 503.
 */
@Singleton
public class SuiteReads {

    /** The largest page any list of the suite gives. */
    private static final int LARGEST_PAGE = 200;
    /** 20,000 contacts in about a second; beyond it the count says "at least". */
    private static final int MOST_PAGES = 100;

    private final SuiteApi suite;

    SuiteReads(SuiteApi suite) {
        this.suite = suite;
    }

    /** One page of a list. */
    public record Listing(JsonNode rows, String next) {

        public boolean more() {
            return next != null;
        }
    }

    /** @param exact false when counting stopped before the end */
    public record Count(long rows, boolean exact) {}

    /** The newest campaigns, at most 200: {@code id, name, status} and more. */
    public Listing campaigns(String apiKey) {
        return list(Service.CAMPAIGN, "/api/campaigns/instances", Map.of("limit", "" + LARGEST_PAGE), apiKey);
    }

    /** The report of a campaign; empty when the caller has no such campaign. */
    public Optional<JsonNode> performance(UUID campaign, int days, String apiKey) {
        return suite.read(
                        Service.ANALYTICS, "/api/campaigns/instances/" + campaign + "/performance?days=" + days, apiKey)
                .map(answer -> Untrusted.clean(answer.path("data")));
    }

    public Listing contacts(Map<String, String> filter, String apiKey) {
        return list(Service.ENROLLMENT, "/api/contacts", filter, apiKey);
    }

    public Count contactCount(String apiKey) {
        long rows = 0;
        String cursor = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            Map<String, String> filter = new TreeMap<>(Map.of("limit", "" + LARGEST_PAGE));
            if (cursor != null) {
                filter.put("cursor", cursor);
            }
            Listing contacts = contacts(filter, apiKey);
            rows += contacts.rows().size();
            cursor = contacts.next();
            if (cursor == null) {
                return new Count(rows, true);
            }
        }
        return new Count(rows, false);
    }

    public Listing jobs(Map<String, String> filter, String apiKey) {
        return list(Service.JOBS, "/api/jobs", filter, apiKey);
    }

    /** Figures of every service: pools, queues, lag, caches. */
    public JsonNode monitor(String apiKey) {
        return Untrusted.clean(read(Service.CAMPAIGN, "/api/monitor", apiKey).path("data"));
    }

    private Listing list(Service service, String path, Map<String, String> parameters, String apiKey) {
        StringJoiner query = new StringJoiner("&", "?", "");
        parameters.forEach((name, value) -> query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        JsonNode answer = read(service, path + (parameters.isEmpty() ? "" : query), apiKey);
        JsonNode rows = answer.path("data");
        ArrayNode none = JsonNodeFactory.instance.arrayNode();
        return new Listing(
                rows.isArray() ? Untrusted.clean(rows) : none,
                answer.path("page").path("next").asText(null));
    }

    private JsonNode read(Service service, String path, String apiKey) {
        return suite.read(service, path, apiKey)
                .orElseThrow(() -> new Problem(CommonErrors.UNAVAILABLE, "The suite does not know " + path + "."));
    }
}
