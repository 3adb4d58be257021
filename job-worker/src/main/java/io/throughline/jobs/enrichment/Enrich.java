package io.throughline.jobs.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.jobs.enrichment.EnrichmentStore.Kept;
import io.throughline.jobs.queue.Chore;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a provider knows of a person or a company, asked once in a while and kept. */
@Singleton
class Enrich implements JobType<Enrich.Parameters> {

    private final AskProvider provider;
    private final EnrichmentStore store;
    private final EnrichmentSettings settings;
    private final JobStore jobs;
    private final Sql sql;
    private final Clock clock;

    Enrich(
            AskProvider provider,
            EnrichmentStore store,
            EnrichmentSettings settings,
            JobStore jobs,
            Sql sql,
            Clock clock) {
        this.provider = provider;
        this.store = store;
        this.settings = settings;
        this.jobs = jobs;
        this.sql = sql;
        this.clock = clock;
    }

    /** Of a person by address, or of a company by domain. */
    record Parameters(String email, String domain) {
        Parameters {
            if ((email == null) == (domain == null)) {
                throw new IllegalArgumentException("either email or domain is needed");
            }
            email = email == null ? null : Subject.email(email);
            domain = domain == null ? null : Subject.domain(domain);
        }

        String subject() {
            return email == null ? "domain:" + domain : "email:" + email;
        }

        Map<String, String> asked() {
            return email == null ? Map.of("domain", domain) : Map.of("email", email);
        }
    }

    /** @param cached nobody was asked for it this time */
    record Enriched(boolean found, Map<String, Object> fields, Instant asOf, boolean cached) {}

    @Override
    public String name() {
        return "enrich";
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
        Optional<Kept> kept = store.find(work.tenantId(), work.parameters().subject(), clock.instant());
        if (kept.isPresent()) {
            return new Outcome.Completed(new Enriched(
                    kept.get().found(), kept.get().fields(), kept.get().asOf(), true));
        }
        return provider.ask(work, name(), work.parameters().asked(), answer -> keep(work, answer));
    }

    /** The answer is kept and the job done, or neither. */
    private Outcome keep(Work<Parameters> work, Optional<JsonNode> answer) {
        Instant now = clock.instant();
        Map<String, Object> fields =
                answer.map(read -> Reading.fields(read, settings.fields())).orElse(Map.of());
        Kept fresh = new Kept(
                !fields.isEmpty(), fields, now, now.plus(fields.isEmpty() ? settings.keepNothing() : settings.keep()));
        return sql.inTransaction(() -> {
            work.holdOrStop();
            store.keep(work.tenantId(), work.parameters().subject(), work.jobId(), fresh);
            jobs.complete(List.of(new JobStore.Ending(
                    work.jobId(), new Enriched(fresh.found(), fresh.fields(), fresh.asOf(), false), 1)));
            return new Outcome.Detached();
        });
    }

    @Singleton
    static class Outdated implements Chore {

        private final EnrichmentStore store;
        private final Clock clock;

        Outdated(EnrichmentStore store, Clock clock) {
            this.store = store;
            this.clock = clock;
        }

        @Override
        public void run() {
            store.forget(clock.instant());
        }
    }
}
