package io.throughline.enrollment.enrolling;

import io.throughline.enrollment.contact.ContactFilter;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlFailure;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * New rows of {@code enrollment} with their events: one statement and a wake-up, one contact or twenty thousand; one more
 * where contacts may enter again. Contacts are taken in the order of their ids, so that overlapping calls wait for each
 * other and never deadlock.
 */
@Singleton
class EnrollingStore {

    /** Who has come to the end makes room for another enrollment. */
    private static final String MAKE_ROOM = """
            , ended AS (
                SELECT enrollment.id FROM enrollment JOIN wanted ON wanted.id = contact_id
                WHERE tenant_id = ? AND instance_id = ? AND past = 0 AND status = ANY (?)
                ORDER BY contact_id FOR UPDATE OF enrollment
            )
            UPDATE enrollment SET past = 1 + (SELECT max(past) FROM enrollment earlier
                                              WHERE earlier.instance_id = enrollment.instance_id
                                                AND earlier.contact_id = enrollment.contact_id)
            FROM ended WHERE enrollment.id = ended.id
            """;

    private static final String UNTRANSLATABLE_CHARACTER = "22P05";

    /** The part before is a CTE {@code wanted(id)} of contacts of the tenant. */
    private static final String ENROLL = """
            , enrolled AS (
                INSERT INTO enrollment (tenant_id, instance_id, contact_id, metadata, due_at)
                SELECT instance.tenant_id, instance.id, wanted.id, ?::jsonb,
                       now() + coalesce((SELECT delay FROM instance_step
                                         WHERE instance_id = instance.id AND step_number = 1), interval '0')
                FROM wanted, (VALUES (?::uuid, ?::uuid)) AS instance(tenant_id, id)
                ORDER BY wanted.id
                ON CONFLICT ON CONSTRAINT enrollment_is_one_per_instance_and_contact DO NOTHING
                RETURNING id, tenant_id, instance_id, contact_id, status, version
            ), published AS (
                INSERT INTO outbox (topic, key, type, tenant_id, trace_parent, payload)
                SELECT 'enrollment.changes.v1', id::text, 'io.throughline.enrollment.changed', tenant_id, ?,
                       enrollment_changed(id, instance_id, contact_id, status, version, NULL)
                FROM enrolled
            )
            SELECT (SELECT count(*) FROM wanted) AS found, (SELECT count(*) FROM enrolled) AS created,
                   (SELECT id FROM wanted ORDER BY id DESC LIMIT 1) AS last
            """;

    private final Sql sql;
    private final Outbox outbox;
    private final Event<ContactsEnrolled> enrollments;

    EnrollingStore(Sql sql, Outbox outbox, Event<ContactsEnrolled> enrollments) {
        this.sql = sql;
        this.outbox = outbox;
        this.enrollments = enrollments;
    }

    /** @param last highest contact id found; null when none was */
    record Outcome(int found, int created, UUID last) {}

    /** The instance and what every new enrollment of it carries. */
    record Target(UUID tenantId, UUID instanceId, String metadataJson, boolean reentry) {}

    Outcome byIds(Target target, List<UUID> contactIds) {
        return enroll(
                target,
                "WITH wanted AS MATERIALIZED (SELECT id FROM contact WHERE tenant_id = ? AND id = ANY (?))",
                List.of(target.tenantId(), Sql.array("uuid", contactIds)));
    }

    Outcome byEmail(Target target, String email) {
        return enroll(
                target,
                "WITH wanted AS MATERIALIZED (SELECT id FROM contact WHERE tenant_id = ? AND email = ?)",
                List.of(target.tenantId(), email));
    }

    /** The next contacts of the filter after the given id. */
    Outcome byFilter(Target target, ContactFilter filter, UUID after, int limit) {
        List<Object> parameters = new ArrayList<>(List.of(target.tenantId()));
        parameters.addAll(filter.parameters());
        parameters.add(after);
        parameters.add(limit);
        return enroll(
                target,
                "WITH wanted AS MATERIALIZED (SELECT id FROM contact WHERE tenant_id = ?" + filter.conditions()
                        + " AND id > ? ORDER BY id LIMIT ?)",
                parameters);
    }

    List<UUID> unknown(UUID tenantId, List<UUID> contactIds) {
        return sql.list("""
                SELECT DISTINCT given.id FROM unnest(?) AS given(id)
                WHERE NOT EXISTS (SELECT FROM contact WHERE tenant_id = ? AND contact.id = given.id)
                """, row -> row.uuid("id"), Sql.array("uuid", contactIds), tenantId);
    }

    private Outcome enroll(Target target, String wanted, List<Object> selection) {
        List<Object> parameters = new ArrayList<>(selection);
        parameters.add(target.metadataJson());
        parameters.add(target.tenantId());
        parameters.add(target.instanceId());
        parameters.add(TraceParent.current());
        try {
            return sql.inTransaction(() -> {
                if (target.reentry()) {
                    List<Object> all = new ArrayList<>(selection);
                    all.addAll(List.of(
                            target.tenantId(),
                            target.instanceId(),
                            Sql.array("text", EnrollmentStatus.texts(EnrollmentStatus.REENTRANT))));
                    sql.update(wanted + MAKE_ROOM, all.toArray());
                }
                return enroll(wanted + ENROLL, parameters);
            });
        } catch (SqlFailure failure) {
            if (failure.state().equals(UNTRANSLATABLE_CHARACTER)) {
                throw Problem.invalid(List.of(new Problem.FieldError("/metadata", "must not contain NUL characters")));
            }
            throw failure;
        }
    }

    private Outcome enroll(String statement, List<Object> parameters) {
        return sql.inTransaction(() -> {
            Outcome outcome = sql.one(
                    statement,
                    row -> new Outcome(row.integer("found"), row.integer("created"), row.uuid("last")),
                    parameters.toArray());
            if (outcome.created() > 0) {
                outbox.wakeRelay();
                enrollments.fire(new ContactsEnrolled());
            }
            return outcome;
        });
    }
}
