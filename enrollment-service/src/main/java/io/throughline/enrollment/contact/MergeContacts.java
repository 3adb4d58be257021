package io.throughline.enrollment.contact;

import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.throughline.platform.sql.Sql;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/**
 * Makes one contact of two: four statements, and those of who observes it. What the survivor does not know it takes from the
 * other, which is gone afterwards; the merge is remembered, so doing it again changes nothing.
 */
@Singleton
class MergeContacts {

    private final Sql sql;
    private final Event<ContactsMerged> merges;

    MergeContacts(Sql sql, Event<ContactsMerged> merges) {
        this.sql = sql;
        this.merges = merges;
    }

    /** @throws Problem {@code not_found} for either of them */
    void merge(UUID tenantId, UUID survivorId, UUID otherId) {
        if (survivorId.equals(otherId)) {
            throw Problem.invalid(List.of(new FieldError("/contactId", "is the contact itself")));
        }
        sql.inTransaction(() -> {
            List<UUID> present = sql.list(
                    "SELECT id FROM contact WHERE tenant_id = ? AND id IN (?, ?) ORDER BY id FOR UPDATE",
                    row -> row.uuid("id"),
                    tenantId,
                    survivorId,
                    otherId);
            if (!present.contains(survivorId)) {
                throw Problem.notFound("contact", survivorId);
            }
            if (present.contains(otherId)) {
                take(tenantId, survivorId, otherId);
                merges.fire(new ContactsMerged(tenantId, survivorId, otherId));
            } else if (!isMerged(tenantId, survivorId, otherId)) {
                throw Problem.notFound("contact", otherId);
            }
        });
    }

    private boolean isMerged(UUID tenantId, UUID survivorId, UUID otherId) {
        return sql.first(
                        "SELECT FROM contact_merge WHERE tenant_id = ? AND merged_id = ? AND survivor_id = ?",
                        row -> true,
                        tenantId,
                        otherId,
                        survivorId)
                .isPresent();
    }

    private void take(UUID tenantId, UUID survivorId, UUID otherId) {
        sql.update("""
                UPDATE contact AS survivor
                SET first_name = coalesce(survivor.first_name, other.first_name),
                    last_name = coalesce(survivor.last_name, other.last_name),
                    company = coalesce(survivor.company, other.company),
                    given_domain = coalesce(survivor.given_domain, other.given_domain),
                    attributes = other.attributes || jsonb_strip_nulls(survivor.attributes),
                    import_job_id = coalesce(survivor.import_job_id, other.import_job_id),
                    seen_imports = (survivor.seen_imports || other.seen_imports)[1:8], updated_at = now()
                FROM contact AS other
                WHERE survivor.tenant_id = ? AND survivor.id = ? AND other.tenant_id = ? AND other.id = ?
                """, tenantId, survivorId, tenantId, otherId);
        sql.update("""
                WITH gone AS (DELETE FROM contact WHERE tenant_id = ? AND id = ? RETURNING tenant_id, id, email),
                moved AS (
                    UPDATE contact_merge SET survivor_id = ? FROM gone
                    WHERE contact_merge.tenant_id = gone.tenant_id AND survivor_id = gone.id
                )
                INSERT INTO contact_merge (tenant_id, merged_id, survivor_id, email)
                SELECT tenant_id, id, ?, email FROM gone
                """, tenantId, otherId, survivorId, survivorId);
    }
}
