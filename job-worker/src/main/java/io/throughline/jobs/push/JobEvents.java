package io.throughline.jobs.push;

import io.throughline.jobs.push.Position.Snapshot;
import io.throughline.jobs.queue.EventOrder;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * Reads {@code job_event} in the order (xid, id), below the oldest running transaction, so that nothing can appear
 * behind a reader. Each method is one statement.
 */
@Singleton
class JobEvents {

    /** A job may carry half a megabyte of parameters and result; pages bound what is in memory at a time. */
    static final int PAGE = 200;

    private static final String NEXT =
            "WITH " + EventOrder.ASKED + """
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
                   anchor IS NULL OR EXISTS (SELECT FROM job_event_batch
                                             WHERE id = job_event_batch_of(anchor) AND id + events > anchor) AS kept,
                   EXISTS (SELECT FROM job_event_batch WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())) AS unsettled,
                   event.*
            FROM (VALUES (?::bigint)) AS known(anchor) LEFT JOIN LATERAL (
                SELECT moved.id, moved.xid::text AS xid, moved.tenant_id, moved.job_id, moved.type,
                       coalesce(moved.job, job_view(kept.finished, NULL))::text AS job
                FROM (%s) AS moved
                -- A plain join, planned when there was one job, would read all of them for each event.
                LEFT JOIN LATERAL (
                    SELECT finished FROM job AS finished WHERE moved.job IS NULL AND finished.id = moved.job_id OFFSET 0
                ) AS kept ON true
                ORDER BY moved.xid, moved.id) AS event ON true
            """.formatted(EventOrder.next("tenant_id = ANY (?)"));

    /** Clients that come back all at once leave connections to others. */
    private final Semaphore replays = new Semaphore(4);

    private final Sql sql;

    JobEvents(Sql sql) {
        this.sql = sql;
    }

    /**
     * @param reached everything up to there that was asked for is in {@code events}
     * @param more whether there is more to read at once
     * @param unsettled whether there are events of transactions that are not all finished yet
     */
    record Page(List<Moved> events, Position reached, boolean more, boolean unsettled) {}

    private record Line(long horizon, boolean kept, boolean unsettled, Moved event) {}

    /** The next events of these tenants. */
    Page next(Position after, Collection<UUID> tenants) {
        return read(after, tenants, null).orElseThrow();
    }

    /** The next events of a tenant's; empty when the event {@code anchor} is kept no more. Null: there is none. */
    Optional<Page> nextOf(UUID tenantId, Position after, Long anchor) throws InterruptedException {
        replays.acquire();
        try {
            return read(after, List.of(tenantId), anchor);
        } finally {
            replays.release();
        }
    }

    private Optional<Page> read(Position after, Collection<UUID> tenants, Long anchor) {
        List<Line> lines = sql.list(
                NEXT,
                row -> new Line(
                        Long.parseLong(row.text("horizon")), row.flag("kept"), row.flag("unsettled"), moved(row)),
                Long.toString(after.xid()),
                after.id(),
                PAGE,
                anchor,
                Sql.array("uuid", tenants));
        Line first = lines.getFirst();
        if (!first.kept()) {
            return Optional.empty();
        }
        List<Moved> events = first.event() == null
                ? List.of()
                : lines.stream().map(Line::event).toList();
        boolean more = events.size() == PAGE;
        Position horizon = Position.before(first.horizon());
        Position reached = more ? events.getLast().at() : horizon.isAfter(after) ? horizon : after;
        return Optional.of(new Page(events, reached, more, first.unsettled()));
    }

    private static Moved moved(Row row) {
        return row.text("xid") == null
                ? null
                : new Moved(
                        new Position(Long.parseLong(row.text("xid")), row.number("id")),
                        row.uuid("tenant_id"),
                        row.uuid("job_id"),
                        row.text("type"),
                        row.text("job"));
    }

    /** Where an event of the tenant's stands, while it is kept. */
    Optional<Position> find(UUID tenantId, long id) {
        return sql.first("""
                SELECT xid::text AS xid FROM job_event_batch
                WHERE id = job_event_batch_of(?) AND id + events > ? AND tenant_id = ?
                """, row -> new Position(Long.parseLong(row.text("xid")), id), id, id, tenantId);
    }

    Snapshot snapshot() {
        return sql.one("SELECT pg_current_snapshot()::text AS now", row -> Snapshot.parse(row.text("now")));
    }
}
