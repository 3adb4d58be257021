package io.throughline.jobs.queue;

import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.queue.JobQuery.Order;
import io.throughline.jobs.queue.JobQuery.Place;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A tenant's jobs, newest first. A page is one statement along the index for lists, two when the text is an id.
 * Its cost does not depend on how many jobs there are: a text is sought in {@value #LOOKED_AT} jobs at a time.
 */
@Singleton
public class JobList {

    static final int LOOKED_AT = 1000;

    private static final String VIEW = "job_view(job, (SELECT job_lease FROM job_lease WHERE job_id = job.id))::text";

    private final Sql sql;
    private final Json json;

    JobList(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /**
     * @param nextTime creation of the last job looked at, which the next page begins behind; null, like {@code nextId}, on
     *     the last page. While a text is sought, a page with a next one may be short, even empty
     */
    public record Slice(List<JobView> jobs, Instant nextTime, UUID nextId) {}

    /**
     * @param view null: looked at, but not what is sought
     * @param cut whether this is where looking stopped, and not for want of jobs
     */
    private record Looked(Instant createdAt, UUID id, JobView view, boolean cut) {}

    /** @param beforeTime where the page before ended; null, like {@code beforeId}: from the newest on */
    public Slice page(UUID tenantId, JobFilter filter, Instant beforeTime, UUID beforeId, int limit) {
        Place before = beforeTime == null ? null : new Place(beforeTime, beforeId);
        Optional<JobView> named = before == null ? byId(tenantId, filter) : Optional.empty();
        if (named.isPresent()) {
            return new Slice(List.of(named.get()), null, null);
        }
        JobQuery query = filter.text() == null
                ? plain(tenantId, filter, before, limit + 1)
                : sought(tenantId, filter, before, limit + 1);
        List<Looked> rows = sql.list(query.sql(), this::looked, query.parameters());
        List<Looked> shown = rows.subList(0, Math.min(limit, rows.size()));
        boolean more =
                rows.size() > limit || !shown.isEmpty() && shown.getLast().cut();
        return new Slice(
                shown.stream().map(Looked::view).filter(Objects::nonNull).toList(),
                more ? shown.getLast().createdAt() : null,
                more ? shown.getLast().id() : null);
    }

    /** A text that is the id of a job finds it. Any other id may well be in parameters. */
    private Optional<JobView> byId(UUID tenantId, JobFilter filter) {
        if (filter.text() == null || filter.text().length() != 36) {
            return Optional.empty();
        }
        try {
            JobQuery query = new JobQuery()
                    .add("SELECT " + VIEW + " AS view FROM job WHERE id = ? AND ", UUID.fromString(filter.text()))
                    .matches(tenantId, filter);
            return sql.first(query.sql(), this::view, query.parameters());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static JobQuery plain(UUID tenantId, JobFilter filter, Place before, int limit) {
        return listed(
                        new JobQuery().add("SELECT created_at, id, view, false AS cut FROM ("),
                        tenantId,
                        filter,
                        before,
                        limit)
                .read(columns -> columns.add(VIEW + " AS view"))
                .add(" ORDER BY created_at DESC, id DESC");
    }

    private static JobQuery listed(JobQuery query, UUID tenantId, JobFilter filter, Place before, int limit) {
        List<JobStatus> statuses = filter.status() == null ? List.of() : List.of(filter.status());
        return query.listed(tenantId, filter, statuses, List.of(), Order.NEWEST_FIRST, before, limit);
    }

    /** Stops reading as soon as the page is full. The last one looked at is told, too, if there may be more behind it. */
    JobQuery sought(UUID tenantId, JobFilter filter, Place before, int limit) {
        JobQuery query = new JobQuery().add("""
                        SELECT created_at, id, place = ? AS cut,
                               CASE WHEN found THEN (SELECT job_view(job, job_lease)::text FROM job LEFT JOIN job_lease ON job_id = id
                                                     WHERE id = looked.id) END AS view
                        FROM (SELECT created_at, id, found, row_number() OVER (ORDER BY created_at DESC, id DESC) AS place
                              FROM (
                        """, LOOKED_AT);
        return listed(query, tenantId, filter, before, LOOKED_AT)
                .read(columns -> columns.found(filter.text(), json).add(" AS found"))
                .add("""
                        ) AS looked
                        WHERE found OR place = ?
                        ORDER BY created_at DESC, id DESC LIMIT ?
                        """, LOOKED_AT, limit);
    }

    private Looked looked(Row row) {
        return new Looked(
                row.instant("created_at"),
                row.uuid("id"),
                row.text("view") == null ? null : view(row),
                row.flag("cut"));
    }

    private JobView view(Row row) {
        return json.read(row.text("view"), JobView.class);
    }
}
