package io.throughline.jobs.imports;

import io.throughline.events.enrollment.ContactUpsertResult;
import io.throughline.jobs.queue.Chore;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is counted of imports. Every method is one statement, however many rows or results. */
@Singleton
class ImportStore {

    private final Sql sql;

    ImportStore(Sql sql) {
        this.sql = sql;
    }

    /**
     * How far an import is.
     *
     * @param charset of the file
     * @param rows read so far, or all of them once {@code batches} is known
     * @param batches null until the file has been read to its end
     * @param settled batches whose result has come
     * @param failed rows refused, here or by enrollment-service
     */
    record Tally(
            UUID id,
            Charset charset,
            long lines,
            long rows,
            Integer batches,
            int settled,
            long created,
            long updated,
            long duplicates,
            long failed) {

        boolean complete() {
            return batches != null && settled == batches;
        }

        long done() {
            return created + updated + duplicates + failed;
        }

        /** Rows there will be: counted, or guessed from the lines of the file. */
        long expected() {
            return batches == null ? Math.max(lines - 1, done()) : rows;
        }

        /** As the job's result shows it: rows = created + updated + duplicates + failed. */
        Result result() {
            return new Result(
                    rows,
                    created,
                    updated,
                    duplicates,
                    failed,
                    failed == 0 ? null : "/api/import/" + id + "/errors.csv");
        }
    }

    /** @param errorFileUrl null when no row failed */
    record Result(long rows, long created, long updated, long duplicates, long failed, String errorFileUrl) {}

    record Refused(long line, String code, String detail) {}

    private static final String TALLY =
            "id, charset, lines, rows, batches, settled, created, updated, duplicates, misread + rejected AS failed";

    private static Tally tally(Row row) {
        int batches = row.integer("batches");
        return new Tally(
                row.uuid("id"),
                Charset.forName(row.text("charset")),
                row.number("lines"),
                row.number("rows"),
                row.text("batches") == null ? null : batches,
                row.integer("settled"),
                row.number("created"),
                row.number("updated"),
                row.number("duplicates"),
                row.number("failed"));
    }

    void begin(UUID id, UUID tenantId, long lines, Charset charset) {
        sql.update(
                "INSERT INTO import (id, tenant_id, lines, charset) VALUES (?, ?, ?, ?)",
                id,
                tenantId,
                lines,
                charset.name());
    }

    Optional<Tally> find(UUID tenantId, UUID id) {
        return sql.first(
                "SELECT " + TALLY + " FROM import WHERE tenant_id = ? AND id = ?", ImportStore::tally, tenantId, id);
    }

    /** The time of a rate ends with the last result, or has not ended. */
    Optional<Standing> standing(UUID tenantId, UUID id) {
        return sql.first(
                "SELECT " + TALLY + """
                        , extract(epoch FROM CASE WHEN settled = batches THEN settled_at ELSE clock_timestamp() END
                                             - created_at) * 1000 AS millis
                        FROM import WHERE tenant_id = ? AND id = ?
                        """, row -> Standing.of(tally(row), row.number("millis") / 1000.0), tenantId, id);
    }

    /** Why rows were refused; saying it again changes nothing. */
    void refuse(UUID tenantId, UUID id, Collection<Refused> refused) {
        if (refused.isEmpty()) {
            return;
        }
        sql.update(
                """
                INSERT INTO import_error (import_id, tenant_id, line, code, detail)
                SELECT ?, ?, line, code, left(detail, 1000) FROM unnest(?, ?, ?) AS refused(line, code, detail)
                ORDER BY line
                ON CONFLICT ON CONSTRAINT import_error_is_one_per_line DO NOTHING
                """,
                id,
                tenantId,
                Sql.column("bigint", refused, Refused::line),
                Sql.column("text", refused, Refused::code),
                Sql.column("text", refused, Refused::detail));
    }

    /** Read to the end. Locks the import, so that the last result and this are never both too early. */
    Tally readWhole(UUID id, long rows, int batches, long misread) {
        return sql.one(
                "UPDATE import SET rows = ?, batches = ?, misread = ? WHERE id = ? RETURNING " + TALLY,
                ImportStore::tally,
                rows,
                batches,
                misread,
                id);
    }

    /** A result and whose it says it is. */
    record Come(UUID tenantId, ContactUpsertResult result) {}

    /** @param due whether the import's progress may be pushed again: five times a second at most */
    record Settled(UUID tenantId, Tally tally, boolean due) {}

    /** Adds results that were not added before, import by import in the order of their ids. Unknown imports are passed over. */
    List<Settled> settle(Collection<Come> results) {
        return sql.list(
                """
                WITH come AS (
                    SELECT tenant_id, id, count(*) AS settled, sum(created) AS created, sum(updated) AS updated,
                           sum(duplicates) AS duplicates, sum(rejected) AS rejected
                    FROM unnest(?, ?, ?, ?, ?, ?) AS result(tenant_id, id, created, updated, duplicates, rejected)
                    GROUP BY tenant_id, id
                ), locked AS (
                    SELECT import.id FROM import JOIN come USING (tenant_id, id) ORDER BY import.id FOR UPDATE OF import
                )
                UPDATE import SET settled = import.settled + come.settled, created = import.created + come.created,
                       updated = import.updated + come.updated, duplicates = import.duplicates + come.duplicates,
                       rejected = import.rejected + come.rejected, settled_at = clock_timestamp(),
                       told_at = CASE WHEN told_at < clock_timestamp() - interval '200 milliseconds'
                                      THEN clock_timestamp() ELSE told_at END
                FROM come JOIN locked USING (id) WHERE import.id = come.id AND import.tenant_id = come.tenant_id
                RETURNING import.id, charset, lines, rows, batches, import.settled, import.created, import.updated,
                          import.duplicates, misread + import.rejected AS failed, import.tenant_id,
                          NEW.told_at > OLD.told_at AS due
                """,
                row -> new Settled(row.uuid("tenant_id"), tally(row), row.flag("due")),
                Sql.column("uuid", results, Come::tenantId),
                Sql.column("uuid", results, come -> come.result().importId()),
                Sql.column("bigint", results, come -> come.result().created()),
                Sql.column("bigint", results, come -> come.result().updated()),
                Sql.column("bigint", results, come -> come.result().duplicates()),
                Sql.column("bigint", results, come -> come.result().rejected().size()));
    }

    /** The next errors by line. */
    List<Refused> errors(UUID tenantId, UUID id, long afterLine, int limit) {
        return sql.list(
                """
                SELECT line, code, detail FROM import_error
                WHERE import_id = ? AND tenant_id = ? AND line > ? ORDER BY line LIMIT ?
                """,
                row -> new Refused(row.number("line"), row.text("code"), row.text("detail")),
                id,
                tenantId,
                afterLine,
                limit);
    }

    /** Files are kept for a week, for their error files; uploads that never became an import for an hour. */
    @Singleton
    static class OldFiles implements Chore {

        private final Sql sql;

        OldFiles(Sql sql) {
            this.sql = sql;
        }

        @Override
        public void run() {
            sql.update("""
                    DELETE FROM import_part WHERE (import_id, number) IN (
                        SELECT import_id, number FROM import_part
                        WHERE created_at < now() - interval '7 days'
                           OR created_at < now() - interval '1 hour'
                              AND NOT EXISTS (SELECT FROM import WHERE import.id = import_id)
                        ORDER BY created_at LIMIT 200)
                    """);
            sql.update("""
                    WITH old AS (
                        DELETE FROM import WHERE id IN (
                            SELECT id FROM import WHERE created_at < now() - interval '7 days'
                            ORDER BY created_at LIMIT 20)
                        RETURNING id
                    )
                    DELETE FROM import_error WHERE import_id IN (SELECT id FROM old)
                    """);
        }
    }
}
