package io.throughline.enrollment.sequence;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Locks standings and writes them back with their events: one statement each, and a wake-up, however many. */
@Singleton
class StandingStore {

    private final Sql sql;
    private final Outbox outbox;

    StandingStore(Sql sql, Outbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    /** An enrollment as an event names it; the tenant is the event's. */
    record Named(UUID tenantId, UUID enrollmentId) {}

    /** Those that exist in their tenant, locked in the order of their ids until the transaction ends. */
    List<Standing> lock(Collection<Named> enrollments) {
        return sql.list(
                """
                SELECT id, tenant_id, instance_id, status, step_number, due_at FROM enrollment
                WHERE (tenant_id, id) IN (SELECT * FROM unnest(?, ?))
                ORDER BY id FOR UPDATE
                """,
                StandingStore::standing,
                Sql.column("uuid", enrollments, Named::tenantId),
                Sql.column("uuid", enrollments, Named::enrollmentId));
    }

    static Standing standing(Row row) {
        return new Standing(
                row.uuid("id"),
                row.uuid("tenant_id"),
                row.uuid("instance_id"),
                EnrollmentStatus.valueOf(row.text("status").toUpperCase(Locale.ROOT)),
                row.integer("step_number"),
                row.instant("due_at"),
                null);
    }

    /** Delays by instance and step number. */
    Map<UUID, Map<Integer, Duration>> delays(Collection<Standing> standings) {
        List<UUID> instances =
                standings.stream().map(Standing::instanceId).distinct().toList();
        Map<UUID, Map<Integer, Duration>> delays = new HashMap<>();
        sql.list(
                """
                SELECT instance_id, step_number, (extract(epoch FROM delay) * 1000)::bigint AS millis
                FROM instance_step WHERE instance_id = ANY (?)
                """,
                row -> delays.computeIfAbsent(row.uuid("instance_id"), id -> new HashMap<>())
                        .put(row.integer("step_number"), Duration.ofMillis(row.number("millis"))),
                Sql.array("uuid", instances));
        return delays;
    }

    /** Writes locked standings as they are now; those whose status is another than the stored one become events. */
    void move(Collection<Standing> standings) {
        if (standings.isEmpty()) {
            return;
        }
        int published = sql.update(
                """
                WITH standing AS (
                    SELECT * FROM unnest(?, ?, ?, ?, ?, ?)
                                  AS given(id, tenant_id, status, step_number, due_at, reason)
                ), moved AS (
                    UPDATE enrollment e
                    SET status = standing.status, step_number = standing.step_number, due_at = standing.due_at,
                        version = e.version + (e.status <> standing.status)::int, updated_at = now()
                    FROM standing WHERE e.tenant_id = standing.tenant_id AND e.id = standing.id
                    RETURNING e.*, OLD.status AS was, standing.reason
                )
                INSERT INTO outbox (topic, key, type, tenant_id, trace_parent, payload)
                SELECT 'enrollment.changes.v1', id::text, 'io.throughline.enrollment.changed', tenant_id, ?,
                       enrollment_changed(id, instance_id, contact_id, status, version, reason)
                FROM moved WHERE status <> was
                """,
                Sql.column("uuid", standings, Standing::id),
                Sql.column("uuid", standings, Standing::tenantId),
                Sql.column("text", standings, standing -> standing.status().text()),
                Sql.column("integer", standings, Standing::step),
                Sql.column("timestamptz", standings, Standing::dueAt),
                Sql.column("text", standings, Standing::reason),
                TraceParent.current());
        if (published > 0) {
            outbox.wakeRelay();
        }
    }
}
