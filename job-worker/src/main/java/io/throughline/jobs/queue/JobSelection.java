package io.throughline.jobs.queue;

import io.throughline.jobs.queue.JobQuery.Order;
import io.throughline.jobs.queue.JobQuery.Place;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The jobs that something is to be done with, oldest first: whoever waits for others was there before them. Each method is
 * one statement, which reads a bounded number of rows of each type and status along the index for lists.
 */
@Singleton
public class JobSelection {

    static final int COUNTED = 100_000;
    static final int COUNTED_BY_TEXT = 10_000;

    private final Sql sql;
    private final Json json;

    JobSelection(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /**
     * @param statuses that are meant when the filter names none
     * @param except types that are left alone
     */
    public record Among(UUID tenantId, JobFilter filter, List<JobStatus> statuses, List<String> except) {

        private List<JobStatus> meant() {
            return filter.status() == null ? statuses : List.of(filter.status());
        }
    }

    /** @param more whether there are jobs that were not looked at; without, the figure is exact */
    public record Count(long matching, boolean more) {}

    /** Those after the place: 100,000 are counted, 10,000 looked at for a text. */
    public Count count(Among among, Instant afterTime, UUID afterId) {
        int bound = among.filter().text() == null ? COUNTED : COUNTED_BY_TEXT;
        JobQuery query = new JobQuery().add("""
                SELECT count(*) AS looked, count(*) FILTER (WHERE found) AS matching FROM (
                """);
        looked(query, among, place(afterTime, afterId), bound + 1).add(") AS all_looked");
        return sql.one(
                query.sql(),
                row -> new Count(Math.min(bound, row.number("matching")), row.number("looked") > bound),
                query.parameters());
    }

    /**
     * @param matching ids, oldest first
     * @param lastTime where the next turn begins; null, like {@code lastId}: there is none
     */
    public record Turn(List<UUID> matching, Instant lastTime, UUID lastId) {}

    private record Looked(Instant createdAt, UUID id, boolean found) {}

    /** @param size of the jobs that are looked at */
    public Turn next(Among among, Instant afterTime, UUID afterId, int size) {
        JobQuery query = looked(new JobQuery(), among, place(afterTime, afterId), size);
        List<Looked> rows = sql.list(
                query.sql(),
                row -> new Looked(row.instant("created_at"), row.uuid("id"), row.flag("found")),
                query.parameters());
        boolean more = rows.size() == size;
        return new Turn(
                rows.stream().filter(Looked::found).map(Looked::id).toList(),
                more ? rows.getLast().createdAt() : null,
                more ? rows.getLast().id() : null);
    }

    private static Place place(Instant time, UUID id) {
        return time == null ? null : new Place(time, id);
    }

    /** A row is read where a text is sought; without one, the index says all. */
    JobQuery looked(JobQuery query, Among among, Place after, int limit) {
        boolean text = among.filter().text() != null;
        query.add("SELECT created_at, listed.id, ").add(text ? "found FROM (" : "true AS found FROM (");
        query.listed(among.tenantId(), among.filter(), among.meant(), among.except(), Order.OLDEST_FIRST, after, limit);
        if (text) {
            query.read(columns -> columns.found(among.filter().text(), json).add(" AS found"));
        } else {
            query.add(") AS listed");
        }
        return query.add(" ORDER BY created_at, listed.id");
    }
}
