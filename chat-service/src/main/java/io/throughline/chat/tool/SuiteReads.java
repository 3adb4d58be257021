package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.suite.SuiteApi;
import io.throughline.platform.suite.SuiteApi.Service;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
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
    public Listing campaigns(Visit visit) {
        return list(Service.CAMPAIGN, "/api/campaigns/instances", Map.of("limit", "" + LARGEST_PAGE), visit);
    }

    public Optional<JsonNode> campaign(UUID campaign, Visit visit) {
        return look(Service.CAMPAIGN, "/api/campaigns/instances/" + campaign, visit)
                .map(answer -> Untrusted.clean(answer.path("data")));
    }

    /** The report of a campaign; empty when the caller has no such campaign. */
    public Optional<JsonNode> performance(UUID campaign, int days, Visit visit) {
        return look(Service.ANALYTICS, "/api/campaigns/instances/" + campaign + "/performance?days=" + days, visit)
                .map(answer -> Untrusted.clean(answer.path("data")));
    }

    public Optional<JsonNode> job(UUID job, Visit visit) {
        return look(Service.JOBS, "/api/jobs/" + job, visit).map(answer -> Untrusted.clean(answer.path("data")));
    }

    public Optional<JsonNode> workflow(String name, Visit visit) {
        return look(Service.JOBS, "/api/workflows/definitions/" + encoded(name), visit)
                .map(answer -> Untrusted.clean(answer.path("data")));
    }

    public Listing contacts(Map<String, String> filter, Visit visit) {
        return list(Service.ENROLLMENT, "/api/contacts", filter, visit);
    }

    public Count contactCount(Visit visit) {
        long rows = 0;
        String cursor = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            Map<String, String> filter = new TreeMap<>(Map.of("limit", "" + LARGEST_PAGE));
            if (cursor != null) {
                filter.put("cursor", cursor);
            }
            Listing contacts = contacts(filter, visit);
            rows += contacts.rows().size();
            cursor = contacts.next();
            if (cursor == null) {
                return new Count(rows, true);
            }
        }
        return new Count(rows, false);
    }

    public Listing jobs(Map<String, String> filter, Visit visit) {
        return list(Service.JOBS, "/api/jobs", filter, visit);
    }

    /** Figures of every service: pools, queues, lag, caches. */
    public JsonNode monitor(Visit visit) {
        return Untrusted.clean(read(Service.CAMPAIGN, "/api/monitor", visit).path("data"));
    }

    private Listing list(Service service, String path, Map<String, String> parameters, Visit visit) {
        StringJoiner query = new StringJoiner("&", "?", "");
        parameters.forEach((name, value) -> query.add(name + "=" + encoded(value)));
        JsonNode answer = read(service, path + (parameters.isEmpty() ? "" : query), visit);
        JsonNode rows = answer.path("data");
        ArrayNode none = JsonNodeFactory.instance.arrayNode();
        return new Listing(
                rows.isArray() ? Untrusted.clean(rows) : none,
                answer.path("page").path("next").asText(null));
    }

    private JsonNode read(Service service, String path, Visit visit) {
        return look(service, path, visit)
                .orElseThrow(() -> new Problem(CommonErrors.UNAVAILABLE, "The suite does not know " + path + "."));
    }

    /** Empty on 404, which is a finding, too. */
    private Optional<JsonNode> look(Service service, String path, Visit visit) {
        try {
            Optional<JsonNode> found = suite.read(service, path, visit.apiKey());
            visit.read(new Read(service, path, fingerprint(found), isPassing(path)));
            return found;
        } catch (Problem e) {
            visit.failed();
            throw e;
        }
    }

    /** Whether the caller would find today what an answer rests on. A service that does not answer is a no. */
    public boolean unchanged(List<Read> reads, Visit visit) {
        try {
            return reads.stream()
                    .allMatch(read -> fingerprint(suite.read(read.service(), read.path(), visit.apiKey()))
                            .equals(read.fingerprint()));
        } catch (Problem e) {
            return false;
        }
    }

    private static boolean isPassing(String path) {
        return path.startsWith("/api/jobs") || path.startsWith("/api/monitor");
    }

    /** Without what differs from one answer to the next although the data is the same. */
    private static String fingerprint(Optional<JsonNode> found) {
        JsonNode data = found.<JsonNode>map(JsonNode::deepCopy).orElse(JsonNodeFactory.instance.nullNode());
        if (data instanceof ObjectNode fields) {
            fields.remove("cached");
            fields.remove("lag");
            if (fields.path("data") instanceof ObjectNode report) {
                report.remove("asOf");
            }
        }
        return HexFormat.of().formatHex(sha256().digest(data.toString().getBytes(StandardCharsets.UTF_8)), 0, 16);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
