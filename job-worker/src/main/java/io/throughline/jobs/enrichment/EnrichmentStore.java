package io.throughline.jobs.enrichment;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Answers that are still worth something. Each method is one statement. */
@Singleton
class EnrichmentStore {

    private static final int BATCH = 10_000;

    private final Sql sql;
    private final Json json;

    EnrichmentStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /** @param found false: the provider knows nothing */
    record Kept(boolean found, Map<String, Object> fields, Instant asOf, Instant until) {}

    Optional<Kept> find(UUID tenantId, String subject, Instant now) {
        return sql.first(
                """
                SELECT found, fields::text AS fields, as_of, kept_until FROM enrichment
                WHERE tenant_id = ? AND subject = ? AND kept_until > ?
                """,
                row -> new Kept(
                        row.flag("found"),
                        json.read(row.text("fields"), new TypeReference<Map<String, Object>>() {}),
                        row.instant("as_of"),
                        row.instant("kept_until")),
                tenantId,
                subject,
                now);
    }

    void keep(UUID tenantId, String subject, UUID jobId, Kept kept) {
        sql.update("""
                INSERT INTO enrichment (tenant_id, subject, job_id, found, fields, as_of, kept_until)
                VALUES (?, ?, ?, ?, ?::jsonb, ?, ?)
                ON CONFLICT (tenant_id, subject) DO UPDATE
                SET job_id = EXCLUDED.job_id, found = EXCLUDED.found, fields = EXCLUDED.fields,
                    as_of = EXCLUDED.as_of, kept_until = EXCLUDED.kept_until
                """, tenantId, subject, jobId, kept.found(), json.text(kept.fields()), kept.asOf(), kept.until());
    }

    void forget(Instant now) {
        sql.update("""
                DELETE FROM enrichment WHERE (tenant_id, subject) IN (
                    SELECT tenant_id, subject FROM enrichment WHERE kept_until <= ?
                    ORDER BY kept_until LIMIT ? FOR UPDATE SKIP LOCKED)
                """, now, BATCH);
    }
}
