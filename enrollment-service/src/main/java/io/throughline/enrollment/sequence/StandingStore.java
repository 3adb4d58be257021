package io.throughline.enrollment.sequence;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.step.Reactions;
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
                SELECT id, tenant_id, instance_id, status, step_number, planned_step, due_at,
                       opened_steps, clicked_steps, converted_steps FROM enrollment
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
                row.integer("planned_step"),
                row.instant("due_at"),
                new Reactions(row.number("opened_steps"), row.number("clicked_steps"), row.number("converted_steps")),
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

    /**
     * Of those who replied in an instance that then stops their company, who else is in it, live, and works for the same one.
     * Not locked. A domain that gives addresses to everybody is no company.
     */
    List<Colleague> colleagues(Collection<Named> repliers) {
        return sql.list(
                """
                SELECT replier.id AS replier, other.tenant_id, other.id
                FROM unnest(?, ?) AS given(tenant_id, id)
                JOIN enrollment replier ON replier.tenant_id = given.tenant_id AND replier.id = given.id
                JOIN instance_copy instance ON instance.id = replier.instance_id AND instance.stop_company_on_reply
                JOIN contact ON contact.tenant_id = replier.tenant_id AND contact.id = replier.contact_id
                JOIN contact colleague ON colleague.tenant_id = contact.tenant_id
                     AND colleague.company_domain = contact.company_domain AND colleague.id <> contact.id
                JOIN enrollment other ON other.instance_id = replier.instance_id AND other.contact_id = colleague.id
                     AND other.tenant_id = replier.tenant_id AND other.status = ANY (?)
                WHERE NOT EXISTS (SELECT FROM free_mail_domain WHERE domain = contact.company_domain)
                """,
                row -> new Colleague(row.uuid("replier"), new Named(row.uuid("tenant_id"), row.uuid("id"))),
                Sql.column("uuid", repliers, Named::tenantId),
                Sql.column("uuid", repliers, Named::enrollmentId),
                Sql.array("text", EnrollmentStatus.texts(EnrollmentStatus.LIVE)));
    }

    /** @param replier the enrollment whose reply stops the other */
    record Colleague(UUID replier, Named enrollment) {}

    /** Writes locked standings as they are now; those whose status is another than the stored one become events. */
    void move(Collection<Standing> standings) {
        if (standings.isEmpty()) {
            return;
        }
        int published = sql.update(
                """
                WITH standing AS (
                    SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                                  AS given(id, tenant_id, status, step_number, planned_step, due_at, reason,
                                           opened_steps, clicked_steps, converted_steps)
                ), moved AS (
                    UPDATE enrollment e
                    SET status = standing.status, step_number = standing.step_number,
                        planned_step = standing.planned_step, due_at = standing.due_at,
                        opened_steps = standing.opened_steps, clicked_steps = standing.clicked_steps,
                        converted_steps = standing.converted_steps,
                        end_reason = coalesce(standing.reason, e.end_reason),
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
                Sql.column("integer", standings, Standing::plannedStep),
                Sql.column("timestamptz", standings, Standing::dueAt),
                Sql.column("text", standings, Standing::reason),
                Sql.column("bigint", standings, each -> bits(each.reactions().opened())),
                Sql.column("bigint", standings, each -> bits(each.reactions().clicked())),
                Sql.column("bigint", standings, each -> bits(each.reactions().converted())),
                TraceParent.current());
        if (published > 0) {
            outbox.wakeRelay();
        }
    }

    /** Null takes no room. */
    private static Long bits(long bits) {
        return bits == 0 ? null : bits;
    }
}
