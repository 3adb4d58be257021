package io.throughline.jobs.enrichment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** How answers are read, and how long they are worth something. */
@ConfigMapping(prefix = "throughline.enrichment")
interface EnrichmentSettings {

    @WithDefault("30D")
    Duration keep();

    /** That nothing is known: people get known. */
    @WithDefault("1D")
    Duration keepNothing();

    /** Jobs of a type at a time and worker; the quota is the provider's matter. */
    @WithDefault("10")
    int concurrency();

    /** Our names to JSON pointers (RFC 6901) into the answer. None: the answer's own fields. */
    Map<String, String> fields();

    /** JSON pointer to the array of candidates. */
    @WithDefault("/candidates")
    String candidates();

    /** As {@link #fields}, into each candidate. */
    Map<String, String> candidateFields();
}
