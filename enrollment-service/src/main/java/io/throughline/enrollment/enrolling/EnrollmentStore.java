package io.throughline.enrollment.enrolling;

import io.throughline.enrollment.contact.ContactDeleted;
import io.throughline.platform.events.Json;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of {@code enrollment}: reads, and what people do to single ones. */
@Singleton
class EnrollmentStore {

    private final Sql sql;
    private final Json json;
    private final Outbox outbox;
    private final Event<ContactsEnrolled> enrollments;

    EnrollmentStore(Sql sql, Json json, Outbox outbox, Event<ContactsEnrolled> enrollments) {
        this.sql = sql;
        this.json = json;
        this.outbox = outbox;
        this.enrollments = enrollments;
    }

    Optional<Enrollment> find(UUID tenantId, UUID id) {
        return sql.first(Enrollment.SELECT + "AND e.id = ?", row -> Enrollment.of(row, json), tenantId, id);
    }

    Optional<Enrollment> findByContact(UUID tenantId, UUID instanceId, UUID contactId) {
        return sql.first(
                Enrollment.SELECT + "AND e.instance_id = ? AND e.contact_id = ? AND e.past = 0",
                row -> Enrollment.of(row, json),
                tenantId,
                instanceId,
                contactId);
    }

    /** Newest first, one row more than the limit. */
    List<Enrollment> page(UUID tenantId, UUID instanceId, EnrollmentStatus status, Cursor after, int limit) {
        List<Object> parameters = new ArrayList<>(List.of(tenantId, instanceId));
        String conditions = "AND e.instance_id = ?";
        if (status != null) {
            // In the text, not a parameter: a generic plan could not prove the partial index on status to apply.
            conditions += " AND e.status = '" + status.text() + "'";
        }
        if (after != null) {
            conditions += " AND e.id < ?";
            parameters.add(after.uuid(0));
        }
        parameters.add(limit + 1);
        return sql.list(
                Enrollment.SELECT + conditions + " ORDER BY e.id DESC LIMIT ?",
                row -> Enrollment.of(row, json),
                parameters.toArray());
    }

    /** False when it is not in a state from which this may be done, or not there at all. */
    boolean pause(UUID tenantId, UUID id) {
        return move(
                """
                SET status = 'paused', version = version + 1, updated_at = now()
                WHERE tenant_id = ? AND id = ? AND status = ANY (?)
                """,
                "paused_by_user",
                tenantId,
                id,
                Sql.array("text", EnrollmentStatus.texts(EnrollmentStatus.PAUSED.enteredFrom())));
    }

    /** Back to where it was: active once a message has been planned, else pending. What became due meanwhile is due. */
    boolean resume(UUID tenantId, UUID id) {
        return move("""
                SET status = CASE WHEN step_number > 0 OR EXISTS (SELECT FROM message WHERE enrollment_id = enrollment.id)
                                  THEN 'active' ELSE 'pending' END,
                    version = version + 1, updated_at = now()
                WHERE tenant_id = ? AND id = ? AND status = 'paused'
                """, "resumed_by_user", tenantId, id);
    }

    /** From step 1, which is possible while nothing has been sent: a step of an enrollment has one message for ever. */
    boolean restart(UUID tenantId, UUID id) {
        return move(
                """
                SET status = 'pending', end_reason = NULL, version = version + 1, updated_at = now(),
                    due_at = now() + coalesce((SELECT delay FROM instance_step
                                               WHERE instance_id = enrollment.instance_id AND step_number = 1), interval '0')
                WHERE tenant_id = ? AND id = ? AND status = ANY (?) AND step_number = 0
                  AND NOT EXISTS (SELECT FROM message WHERE enrollment_id = enrollment.id)
                  AND EXISTS (SELECT FROM contact WHERE contact.tenant_id = enrollment.tenant_id AND contact.id = contact_id)
                """,
                "restarted_by_user",
                tenantId,
                id,
                Sql.array("text", EnrollmentStatus.texts(EnrollmentStatus.RESTARTABLE)));
    }

    boolean stop(UUID tenantId, UUID id) {
        return move(
                """
                SET status = 'completed', due_at = NULL, end_reason = 'stopped_by_user', version = version + 1,
                    updated_at = now()
                WHERE tenant_id = ? AND id = ? AND status = ANY (?)
                """,
                "stopped_by_user",
                tenantId,
                id,
                Sql.array("text", EnrollmentStatus.texts(EnrollmentStatus.COMPLETED.enteredFrom())));
    }

    void stopAllOf(@Observes ContactDeleted deleted) {
        move(
                """
                SET status = 'completed', due_at = NULL, end_reason = 'contact_deleted', version = version + 1,
                    updated_at = now()
                WHERE id IN (SELECT id FROM enrollment WHERE tenant_id = ? AND contact_id = ? AND status = ANY (?)
                             ORDER BY id FOR UPDATE)
                """,
                "contact_deleted",
                deleted.tenantId(),
                deleted.contactId(),
                Sql.array("text", EnrollmentStatus.texts(EnrollmentStatus.COMPLETED.enteredFrom())));
    }

    private boolean move(String change, String reason, Object... parameters) {
        List<Object> all = new ArrayList<>(List.of(parameters));
        all.add(TraceParent.current());
        all.add(reason);
        return sql.inTransaction(() -> {
            int moved = sql.update("WITH moved AS (UPDATE enrollment " + change + " RETURNING *)" + """
                            INSERT INTO outbox (topic, key, type, tenant_id, trace_parent, payload)
                            SELECT 'enrollment.changes.v1', id::text, 'io.throughline.enrollment.changed', tenant_id, ?,
                                   enrollment_changed(id, instance_id, contact_id, status, version, ?)
                            FROM moved
                            """, all.toArray());
            if (moved > 0) {
                outbox.wakeRelay();
                enrollments.fire(new ContactsEnrolled());
            }
            return moved > 0;
        });
    }
}
