package io.throughline.jobs.privacy;

import io.throughline.events.enrollment.ContactErased;
import io.throughline.jobs.queue.Chore;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Five statements for a person; doing it again changes nothing. */
@Singleton
public class ErasureStore {

    private final Sql sql;

    ErasureStore(Sql sql) {
        this.sql = sql;
    }

    /**
     * Inside the caller's transaction. Messages keep their place in the ledger without recipient and text, so that what waits to
     * be sent ends as failed; jobs keep theirs without parameters and result.
     */
    void erase(UUID tenantId, ContactErased erased) {
        sql.update(
                "INSERT INTO erased_contact (tenant_id, contact_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                tenantId,
                erased.contactId());
        sql.update("""
                UPDATE outreach_message SET recipient = '', subject = '', body = '', html = NULL, detail = NULL
                WHERE tenant_id = ? AND enrollment_id = ANY (?)
                """, tenantId, Sql.array("uuid", erased.enrollmentIds()));
        sql.update(
                "UPDATE import SET file_to_erase = true WHERE tenant_id = ? AND id = ANY (?)",
                tenantId,
                Sql.array("uuid", erased.importIds()));
        sql.update("""
                DELETE FROM enrichment
                WHERE tenant_id = ? AND subject IN (SELECT 'email:' || email FROM unnest(?) AS email)
                """, tenantId, Sql.array("text", erased.emails()));
        sql.update("""
                UPDATE job SET parameters = '{}', result = NULL
                WHERE tenant_id = ? AND type IN ('enrich', 'discover') AND parameters ->> 'email' = ANY (?)
                """, tenantId, Sql.array("text", erased.emails()));
    }

    /** Those of the contacts who were to be forgotten. A batch is of several tenants; ids are unique over all of them. */
    public Set<UUID> erased(Collection<UUID> contactIds) {
        return sql
                .list(
                        "SELECT contact_id FROM erased_contact WHERE contact_id = ANY (?)",
                        row -> row.uuid("contact_id"),
                        Sql.array("uuid", contactIds))
                .stream()
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * A file that names somebody goes whole, a part of it cannot be found reliably; the lines and codes of its errors stay. One
     * that is still being read goes when it has been, at the next turn.
     */
    @Singleton
    static class ErasedFiles implements Chore {

        private final Sql sql;

        ErasedFiles(Sql sql) {
            this.sql = sql;
        }

        @Override
        public void run() {
            sql.update("""
                    WITH read AS (
                        UPDATE import SET file_to_erase = false
                        WHERE id IN (SELECT import.id FROM import LEFT JOIN job ON job.id = import.id
                                     WHERE file_to_erase
                                       AND (batches IS NOT NULL OR job.id IS NULL OR job.completed_at IS NOT NULL)
                                     ORDER BY import.id LIMIT 20)
                        RETURNING id
                    )
                    DELETE FROM import_part WHERE import_id IN (SELECT id FROM read)
                    """);
        }
    }
}
