package io.throughline.analytics.ingest;

import io.throughline.platform.sql.BinaryRows;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** The log of counted events, {@code engagement_event}: appended to by binary COPY, read again by a rebuild. */
@Singleton
class EventLog {

    private final Sql sql;
    private final EventPartitions partitions;

    EventLog(Sql sql, EventPartitions partitions) {
        this.sql = sql;
        this.partitions = partitions;
    }

    void append(List<Engagement> events, Instant receivedAt) {
        if (events.isEmpty()) {
            return;
        }
        partitions.ensure(LocalDate.ofInstant(receivedAt, ZoneOffset.UTC));
        BinaryRows rows = new BinaryRows(12);
        for (Engagement event : events) {
            rows.row()
                    .add(receivedAt)
                    .add(event.tenantId())
                    .add(event.instanceId())
                    .add(event.enrollmentId())
                    .add(event.channel())
                    .add(event.eventType())
                    .add((short) event.stepNumber())
                    .add(event.machine())
                    .add(event.occurredAt())
                    .add(event.source())
                    .add(event.eventId())
                    .add(event.metadata());
        }
        sql.copy("""
                COPY engagement_event (received_at, tenant_id, instance_id, enrollment_id, channel, event_type, step_number,
                                       machine, occurred_at, source, event_id, metadata)
                FROM STDIN (FORMAT binary)
                """, rows);
    }

    /** No id so far is above it. */
    long last() {
        return sql.one("SELECT last_value FROM engagement_event_id", row -> row.number("last_value"));
    }

    /** Events by their ids, in order. Without metadata, which moves no figure. */
    List<Engagement> between(long after, long upTo) {
        return sql.list(
                """
                SELECT tenant_id, instance_id, enrollment_id, channel, event_type, step_number, machine, occurred_at,
                       source, event_id
                FROM engagement_event WHERE id > ? AND id <= ? ORDER BY id
                """,
                row -> new Engagement(
                        row.uuid("tenant_id"),
                        row.text("source"),
                        row.text("event_id"),
                        row.uuid("instance_id"),
                        row.uuid("enrollment_id"),
                        row.text("channel"),
                        row.text("event_type"),
                        row.integer("step_number"),
                        row.flag("machine"),
                        row.instant("occurred_at"),
                        null),
                after,
                upTo);
    }
}
