package io.throughline.analytics.journal;

import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

/** Events of one instance as they lie in the log once they were accepted, counted in {@code tally} as any would be. */
record Accepted(Sql sql, UUID tenant, UUID instance) {

    /** {@code what}: type, step, channel and time, for example {@code "opened 1 email 2026-11-01T09:30:00Z"}. */
    String add(UUID enrollment, boolean machine, String metadata, String what) {
        String[] words = what.split(" ");
        String id = Ids.next().toString();
        Instant occurredAt = Instant.parse(words[3]);
        write(1, 0, id, enrollment, words, machine, occurredAt, metadata);
        return id;
    }

    String add(UUID enrollment, String what) {
        return add(enrollment, false, null, what);
    }

    /** So many alike, in one statement; the second, third … each a millisecond later. */
    void addMany(int count, UUID enrollment, String what) {
        String[] words = what.split(" ");
        write(count, 1, Ids.next().toString(), enrollment, words, false, Instant.parse(words[3]), null);
    }

    private void write(
            int count,
            int millis,
            String id,
            UUID enrollment,
            String[] words,
            boolean machine,
            Instant at,
            String metadata) {
        partition(at);
        sql.update(
                """
                INSERT INTO engagement_event (tenant_id, instance_id, enrollment_id, channel, event_type, step_number,
                                              machine, occurred_at, received_at, source, event_id, metadata)
                SELECT ?, ?, ?, ?, ?, ?, ?, happened, happened, 'test', ? || coalesce('-' || nullif(number, 1), ''), ?
                FROM generate_series(1, ?) AS number,
                     LATERAL (SELECT ?::timestamptz + (number - 1) * ? * interval '1 millisecond') AS at (happened)
                ORDER BY number
                """,
                tenant,
                instance,
                enrollment,
                words[2],
                words[0],
                Integer.valueOf(words[1]),
                machine,
                id,
                metadata,
                count,
                at,
                millis);
        sql.update("""
                INSERT INTO tally AS known (tenant_id, instance_id, channel, event_type, step_number, events, enrollments,
                                            machine_events, human_enrollments)
                VALUES (?, ?, '', ?, -1, ?, 1, 0, 1)
                ON CONFLICT (tenant_id, instance_id, channel, event_type, step_number)
                    DO UPDATE SET events = known.events + excluded.events
                """, tenant, instance, words[0], count);
    }

    /** The log is partitioned by the day of arrival. */
    private void partition(Instant at) {
        if (sql.one(
                "SELECT relkind = 'p' AS partitioned FROM pg_class WHERE oid = 'engagement_event'::regclass",
                row -> row.flag("partitioned"))) {
            LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
            sql.update(("CREATE TABLE IF NOT EXISTS engagement_event_%s PARTITION OF engagement_event"
                            + " FOR VALUES FROM ('%s 00:00:00+00') TO ('%s 00:00:00+00')")
                    .formatted(day.toString().replace("-", ""), day, day.plusDays(1)));
        }
    }
}
