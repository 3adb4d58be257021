package io.throughline.jobs.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.jobs.queue.JobFailure;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** People a provider knows at a company, or for a query. They are candidates, not contacts: nobody writes to them yet. */
@Singleton
class Discover implements JobType<Discover.Parameters> {

    private static final int MOST = 100;

    private final AskProvider provider;
    private final EnrichmentSettings settings;

    Discover(AskProvider provider, EnrichmentSettings settings) {
        this.provider = provider;
        this.settings = settings;
    }

    /** By domain, by query, or both. @param limit null: 25 */
    record Parameters(String domain, String query, Integer limit) {
        Parameters {
            if (domain == null && query == null) {
                throw new IllegalArgumentException("domain or query is needed");
            }
            domain = domain == null ? null : Subject.domain(domain);
            query = query == null ? null : Subject.query(query);
            limit = limit == null ? 25 : limit;
            if (limit < 1 || limit > MOST) {
                throw new IllegalArgumentException("limit must be between 1 and " + MOST);
            }
        }

        Map<String, String> asked() {
            Map<String, String> asked = new HashMap<>(Map.of("limit", limit.toString()));
            if (domain != null) {
                asked.put("domain", domain);
            }
            if (query != null) {
                asked.put("query", query);
            }
            return asked;
        }
    }

    /** @param truncated the provider sent more than were asked for */
    record Discovered(List<Map<String, Object>> candidates, boolean truncated) {}

    @Override
    public String name() {
        return "discover";
    }

    @Override
    public Class<Parameters> parameters() {
        return Parameters.class;
    }

    @Override
    public int concurrency() {
        return settings.concurrency();
    }

    @Override
    public Outcome run(Work<Parameters> work) throws InterruptedException {
        return provider.ask(
                work,
                name(),
                work.parameters().asked(),
                answer -> new Outcome.Completed(
                        answer.map(read -> discovered(read, work.parameters().limit()))
                                .orElse(new Discovered(List.of(), false))));
    }

    private Discovered discovered(JsonNode answer, int limit) {
        JsonNode array = answer.isArray() ? answer : answer.at(settings.candidates());
        if (!array.isArray()) {
            throw JobFailure.permanent(
                    "unreadable_answer", "The provider's answer has no array at " + settings.candidates() + ".");
        }
        List<Map<String, Object>> candidates = new ArrayList<>();
        for (int i = 0; i < Math.min(limit, array.size()); i++) {
            Map<String, Object> candidate = Reading.fields(array.get(i), settings.candidateFields());
            if (!candidate.isEmpty()) {
                candidates.add(candidate);
            }
        }
        return new Discovered(candidates, array.size() > limit);
    }
}
