package io.throughline.jobs.queue;

import io.throughline.platform.events.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A statement about jobs as it is put together, each piece of text with its parameters. */
final class JobQuery {

    /** A row's place in the order of creation. */
    record Place(Instant createdAt, UUID id) {}

    /**
     * Parameters are looked into as JSON, so the text is sought as it is and as JSON writes it. Large ones lie outside the
     * row, and a thousand of them would be a quarter of a gigabyte.
     */
    private static final String FOUND = """
            (SELECT strpos(heap, casefold(? COLLATE pg_unicode_fast)) > 0
                    OR strpos(heap, casefold(? COLLATE pg_unicode_fast)) > 0
             FROM (SELECT casefold(concat_ws(E'\\n', type, unique_key, error_code, error_message,
                               CASE WHEN pg_column_size(parameters) <= 8192 THEN parameters::text END)
                           COLLATE pg_unicode_fast) AS heap
                   OFFSET 0) AS words)
            """;

    private final StringBuilder sql = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();

    JobQuery add(String text, Object... values) {
        sql.append(text);
        parameters.addAll(List.of(values));
        return this;
    }

    /** Whether the text is in the row: a boolean expression; true when none is sought. */
    JobQuery found(String text, Json json) {
        if (text == null) {
            return add("true");
        }
        String asJson = json.text(text);
        return add(FOUND, text, asJson.substring(1, asJson.length() - 1));
    }

    /**
     * All conditions but the text, which decides only about rows that have been read; and the one that opens the indexes for
     * lists.
     */
    JobQuery where(UUID tenantId, JobFilter filter) {
        add(" WHERE created_at > '-infinity' AND tenant_id = ?", tenantId);
        addStatus(tenantId, filter.status());
        narrow(" AND type = ?", filter.type());
        narrow(" AND created_at >= ?", filter.since());
        narrow(" AND created_at < ?", filter.until());
        return this;
    }

    /** As it is shown: what a worker has is stored as pending. */
    private void addStatus(UUID tenantId, JobStatus status) {
        switch (status) {
            case null -> {}
            case PENDING -> add(" AND status = 'pending' AND NOT EXISTS (SELECT FROM job_lease WHERE job_id = job.id)");
            case PROCESSING -> add("""
                         AND id IN (SELECT id FROM job WHERE created_at > '-infinity' AND tenant_id = ? AND status = 'processing'
                                    UNION ALL SELECT job_id FROM job_lease WHERE tenant_id = ?) AND completed_at IS NULL
                        """, tenantId, tenantId);
            default -> add(" AND status = ?", status.wire());
        }
    }

    private void narrow(String condition, Object value) {
        if (value != null) {
            add(condition, value);
        }
    }

    /** @param comparison {@code <} or {@code >}; a null place is no condition */
    JobQuery beyond(String comparison, Place place) {
        if (place != null) {
            add(" AND (created_at, id) " + comparison + " (?, ?)", place.createdAt(), place.id());
        }
        return this;
    }

    String sql() {
        return sql.toString();
    }

    Object[] parameters() {
        return parameters.toArray();
    }
}
