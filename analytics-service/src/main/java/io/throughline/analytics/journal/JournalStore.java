package io.throughline.analytics.journal;

import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads accepted events backwards from a place in their order, in one statement and one that fixes its plan. The index is on (instance, type, id);
 * whatever else is asked for is looked for among the events that the index yields, and only among so many: the answer
 * tells how far it looked. Without a type each type of the instance, which {@code tally} knows, is read by itself and
 * merged.
 */
@Singleton
class JournalStore {

    /** With a type: about 20 ms of reading when nothing fits. Without: of each type, of which there are a dozen. */
    private static final int LOOKED_AT_OF_A_TYPE = 10_000;

    private static final int LOOKED_AT_OF_EACH_TYPE = 1000;

    /** By how much ingest lets an event lie in the future of its arrival. */
    private static final Duration AHEAD = Duration.ofDays(1);

    /**
     * The bound must not depend on statistics: where PostgreSQL takes a type for rarer than it is, it would rather fetch
     * all events of the type and sort them than read the index in its order (100,000 rows instead of 10,000 were seen).
     */
    static final String BY_THE_INDEX = "SET LOCAL enable_sort = off";

    /** Rows of other tenants count as looked at, and are dropped with all the others that do not fit. */
    static final String BACKWARDS = """
            WITH looked_at AS MATERIALIZED (
                SELECT event.*
                FROM (SELECT event_type FROM tally
                      WHERE tenant_id = ? AND instance_id = ? AND channel = '' AND step_number = -1
                        AND (?::text IS NULL OR event_type = ?)) AS kind
                CROSS JOIN LATERAL (
                    SELECT * FROM engagement_event AS each
                    WHERE each.instance_id = ? AND each.event_type = kind.event_type AND each.id < ?
                      AND each.received_at >= ?
                    ORDER BY each.id DESC LIMIT ?) AS event
                ORDER BY event.id DESC LIMIT ?
            ),
            shown AS (
                SELECT * FROM looked_at
                WHERE tenant_id = ?
                  AND (?::text IS NULL OR channel = ?)
                  AND (?::smallint IS NULL OR step_number = ?)
                  AND (?::uuid IS NULL OR enrollment_id = ?)
                  AND (?::date IS NULL OR (occurred_at AT TIME ZONE 'UTC')::date = ?)
                ORDER BY id DESC LIMIT ?
            )
            SELECT extent.count, extent.last, shown.*
            FROM (SELECT count(*) AS count, min(id) AS last FROM looked_at) AS extent LEFT JOIN shown ON true
            ORDER BY shown.id DESC
            """;

    private final Sql sql;

    JournalStore(Sql sql) {
        this.sql = sql;
    }

    /** What to look for; null: anything. @param step 0: events without one */
    record Sought(String channel, String eventType, Integer step, LocalDate day, UUID enrollmentId) {}

    /** @param position in the order of counting */
    record Entry(long position, JournalResource.Event event) {}

    /**
     * @param entries that fit, the newest first
     * @param reached null when there are none before; else the place of the last one looked at, however many fitted
     */
    record Stretch(List<Entry> entries, Long reached) {}

    /** Looks at what is before {@code before}; at most {@code limit} entries. */
    Stretch backwards(UUID tenant, UUID instance, Sought sought, long before, int limit) {
        List<Found> found = sql.inTransaction(() -> {
            sql.update(BY_THE_INDEX);
            return sql.list(BACKWARDS, JournalStore::found, parameters(tenant, instance, sought, before, limit));
        });
        Found any = found.getFirst();
        return new Stretch(
                found.stream().flatMap(each -> each.entry().stream()).toList(),
                any.lookedAt() < mostLookedAt(sought) ? null : Long.valueOf(any.last()));
    }

    private static int mostLookedAt(Sought sought) {
        return sought.eventType() == null ? LOOKED_AT_OF_EACH_TYPE : LOOKED_AT_OF_A_TYPE;
    }

    /** In the order of {@link #BACKWARDS}. */
    static Object[] parameters(UUID tenant, UUID instance, Sought sought, long before, int limit) {
        int most = mostLookedAt(sought);
        // An event of a day cannot have come long before it, so the partitions before that are not opened.
        Instant earliest = sought.day() == null
                ? Instant.EPOCH
                : sought.day().atStartOfDay(ZoneOffset.UTC).toInstant().minus(AHEAD);
        return new Object[] {
            tenant,
            instance,
            sought.eventType(),
            sought.eventType(),
            instance,
            before,
            earliest,
            most,
            most,
            tenant,
            sought.channel(),
            sought.channel(),
            sought.step(),
            sought.step(),
            sought.enrollmentId(),
            sought.enrollmentId(),
            sought.day(),
            sought.day(),
            limit
        };
    }

    /** @param entry empty in the one row of a stretch in which nothing fits */
    private record Found(long lookedAt, long last, Optional<Entry> entry) {}

    private static Found found(Row row) {
        Optional<Entry> entry = row.uuid("enrollment_id") == null
                ? Optional.empty()
                : Optional.of(new Entry(row.number("id"), event(row)));
        return new Found(row.number("count"), row.number("last"), entry);
    }

    private static JournalResource.Event event(Row row) {
        int step = row.integer("step_number");
        String metadata = row.text("metadata");
        return new JournalResource.Event(
                row.text("event_id"),
                row.text("source"),
                row.uuid("enrollment_id"),
                row.text("channel"),
                row.text("event_type"),
                step == 0 ? null : Integer.valueOf(step),
                row.flag("machine"),
                row.instant("occurred_at"),
                row.instant("received_at"),
                metadata == null ? "{}" : metadata);
    }
}
