package io.throughline.jobs.queue;

import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlArray;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** A statement about jobs as it is put together, each piece of text with its parameters. */
final class JobQuery {

    /** A row's place in the order of creation. */
    record Place(Instant createdAt, UUID id) {}

    /** Of creation. */
    enum Order {
        NEWEST_FIRST("<", " ORDER BY created_at DESC, id DESC", ">=", "-infinity"),
        OLDEST_FIRST(">", " ORDER BY created_at, id", "<=", "infinity");

        private final String beyond;
        private final String by;
        private final String upTo;
        private final String last;

        Order(String beyond, String by, String upTo, String last) {
            this.beyond = beyond;
            this.by = by;
            this.upTo = upTo;
            this.last = last;
        }
    }

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

    /** Up to here it is not worth while to find out first how far back to read. */
    private static final int PAGE = 201;

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
     * The tenant's jobs for which all conditions but the text hold, which decides only about rows that have been read: their
     * {@code created_at} and {@code id} in order. There is one index for lists, {@code job_listed}: of each type and status
     * the first few are read along it, and these are put in order together. A page reads at most the limit times the number
     * of types and statuses there are, however many jobs; where much is looked at, little more than that.
     *
     * @param statuses as they are shown; none: all
     * @param except types that are left out
     */
    JobQuery listed(
            UUID tenantId,
            JobFilter filter,
            Collection<JobStatus> statuses,
            List<String> except,
            Order order,
            Place beyond,
            int limit) {
        Kinds kinds = new Kinds(tenantId, filter, statuses, except, order, beyond);
        add("SELECT created_at, id FROM (");
        first(kinds, limit, limit <= PAGE ? () -> {} : () -> reach(kinds, limit));
        if (statuses.contains(JobStatus.PROCESSING)) {
            add(" UNION ALL ");
            leased(kinds);
        }
        return add(") AS merged" + order.by + " LIMIT ?", limit);
    }

    private record Kinds(
            UUID tenantId,
            JobFilter filter,
            Collection<JobStatus> statuses,
            List<String> except,
            Order order,
            Place beyond) {}

    /** Of each type and status the first few. @param narrowed adds a condition */
    private void first(Kinds kinds, int limit, Runnable narrowed) {
        add("SELECT each.* FROM (");
        types(kinds.tenantId(), kinds.filter().type());
        add(") AS kind CROSS JOIN unnest(?) AS of(status) CROSS JOIN LATERAL (", stored(kinds.statuses()));
        add("""
                SELECT created_at, id FROM job
                WHERE created_at > '-infinity' AND tenant_id = ? AND type = kind.type AND status = of.status
                """, kinds.tenantId());
        created(kinds.filter(), kinds.order(), kinds.beyond());
        if (!kinds.statuses().isEmpty()) { // what a worker has is shown as processing, whatever is stored
            add("""
                     AND (of.status NOT IN ('pending', 'processing')
                          OR NOT EXISTS (SELECT FROM job_lease WHERE job_id = job.id OFFSET 0))
                    """);
        }
        narrowed.run();
        add(
                kinds.order().by + " LIMIT ?) AS each WHERE kind.type <> ALL (?)",
                limit,
                Sql.array("text", kinds.except()));
    }

    /**
     * How far back those go that are wanted, at most: of an eighth as many of each type and status, as many as are wanted are
     * in front of that. Without it a thousand of each would be read for a thousand in all.
     */
    private void reach(Kinds kinds, int limit) {
        add(" AND created_at " + kinds.order().upTo + " coalesce((SELECT created_at FROM (");
        first(kinds, limit / 8, () -> {});
        add(") AS nearest" + kinds.order().by + " OFFSET ? LIMIT 1), '" + kinds.order().last + "')", limit - 1);
    }

    /** The type that is asked for, or those of which the tenant has jobs, one step along the index each. */
    private void types(UUID tenantId, String type) {
        if (type != null) {
            add("SELECT ?::text AS type", type);
        } else {
            add("""
                    WITH RECURSIVE known AS (
                        (SELECT type FROM job WHERE created_at > '-infinity' AND tenant_id = ? ORDER BY type LIMIT 1)
                        UNION ALL
                        SELECT next.type FROM known CROSS JOIN LATERAL (
                            SELECT type FROM job
                            WHERE created_at > '-infinity' AND tenant_id = ? AND type > known.type
                            ORDER BY type LIMIT 1) AS next
                    ) SELECT type FROM known
                    """, tenantId, tenantId);
        }
    }

    private void leased(Kinds kinds) {
        add("""
                SELECT created_at, id FROM job_lease AS held CROSS JOIN LATERAL (
                    SELECT job.created_at, job.id, job.completed_at FROM job WHERE job.id = held.job_id OFFSET 0) AS job
                WHERE held.tenant_id = ? AND completed_at IS NULL AND held.type <> ALL (?)
                """, kinds.tenantId(), Sql.array("text", kinds.except()));
        narrow(" AND held.type = ?", kinds.filter().type());
        created(kinds.filter(), kinds.order(), kinds.beyond());
    }

    private void created(JobFilter filter, Order order, Place beyond) {
        narrow(" AND created_at >= ?", filter.since());
        narrow(" AND created_at < ?", filter.until());
        if (beyond != null) {
            add(" AND (created_at, id) " + order.beyond + " (?, ?)", beyond.createdAt(), beyond.id());
        }
    }

    /** In which of the statuses that are stored there may be jobs that are shown with these. */
    private static SqlArray stored(Collection<JobStatus> shown) {
        return Sql.column("text", shown.isEmpty() ? List.of(JobStatus.values()) : shown, JobStatus::wire);
    }

    /**
     * Reads the row of each job that {@link #listed} names, in {@code FROM (…}: a plain join, planned when there was one job,
     * would read all of them for each.
     *
     * @param columns what is wanted of {@code job}
     */
    JobQuery read(Consumer<JobQuery> columns) {
        add(") AS listed CROSS JOIN LATERAL (SELECT ");
        columns.accept(this);
        return add(" FROM job WHERE job.id = listed.id OFFSET 0) AS kept");
    }

    /** Of one job, whose id is given. */
    JobQuery matches(UUID tenantId, JobFilter filter) {
        add("tenant_id = ?", tenantId);
        narrow(" AND type = ?", filter.type());
        created(filter, Order.NEWEST_FIRST, null);
        if (filter.status() != null) {
            add("""
                     AND CASE WHEN completed_at IS NULL AND EXISTS (SELECT FROM job_lease WHERE job_id = job.id)
                              THEN 'processing' ELSE status END = ?
                    """, filter.status().wire());
        }
        return this;
    }

    private void narrow(String condition, Object value) {
        if (value != null) {
            add(condition, value);
        }
    }

    String sql() {
        return sql.toString();
    }

    Object[] parameters() {
        return parameters.toArray();
    }
}
