package io.throughline.enrollment.enrolling;

import io.throughline.enrollment.contact.ContactsMerged;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * When two contacts become one, so do their enrollments: three statements and a wake-up. In an instance that both were in
 * the further one counts: one that has come to its end before one that is live, before one that failed or bounced; then the
 * higher step. The others are stopped and stay as past ones, so that reports stay true.
 */
@Singleton
class MergedEnrollments {

    private static final String LOCK =
            "SELECT id FROM enrollment WHERE tenant_id = ? AND contact_id IN (?, ?) ORDER BY id FOR UPDATE";

    private static final String STOP_THE_OTHERS = """
            SET contact_id = ?, past = ranked.highest + ranked.place,
                status = CASE WHEN ranked.live THEN 'completed' ELSE enrollment.status END,
                due_at = CASE WHEN ranked.live THEN NULL ELSE enrollment.due_at END,
                version = version + 1, updated_at = now()
            FROM (SELECT id, status = ANY (?) AS live, max(past) OVER instance AS highest,
                         row_number() OVER (instance ORDER BY past > 0,
                             CASE WHEN status IN ('completed', 'replied', 'unsubscribed') THEN 0
                                  WHEN status IN ('failed', 'bounced') THEN 2 ELSE 1 END,
                             step_number DESC, id) AS place,
                         bool_or(contact_id = ?) OVER instance AS concerned
                  FROM enrollment WHERE tenant_id = ? AND contact_id IN (?, ?)
                  WINDOW instance AS (PARTITION BY instance_id)) AS ranked
            WHERE enrollment.id = ranked.id AND ranked.concerned AND ranked.place > 1
            """;

    private static final String MOVE_THE_REST = """
            SET contact_id = ?, version = version + 1, updated_at = now() WHERE tenant_id = ? AND contact_id = ?
            """;

    private final Sql sql;
    private final Outbox outbox;
    private final Event<ContactsEnrolled> enrollments;

    MergedEnrollments(Sql sql, Outbox outbox, Event<ContactsEnrolled> enrollments) {
        this.sql = sql;
        this.outbox = outbox;
        this.enrollments = enrollments;
    }

    /** The others first: the place of the present one must be free. */
    void move(@Observes ContactsMerged merged) {
        UUID tenant = merged.tenantId();
        UUID survivor = merged.survivorId();
        UUID other = merged.mergedId();
        if (sql.list(LOCK, row -> row.uuid("id"), tenant, survivor, other).isEmpty()) {
            return;
        }
        change(
                STOP_THE_OTHERS,
                survivor,
                Sql.array("text", EnrollmentStatus.texts(EnrollmentStatus.LIVE)),
                other,
                tenant,
                survivor,
                other);
        change(MOVE_THE_REST, survivor, tenant, other);
        outbox.wakeRelay();
        enrollments.fire(new ContactsEnrolled());
    }

    private void change(String change, Object... parameters) {
        List<Object> all = new ArrayList<>(List.of(parameters));
        all.add(TraceParent.current());
        sql.update("WITH moved AS (UPDATE enrollment " + change + " RETURNING enrollment.*)" + """
                INSERT INTO outbox (topic, key, type, tenant_id, trace_parent, payload)
                SELECT 'enrollment.changes.v1', id::text, 'io.throughline.enrollment.changed', tenant_id, ?,
                       enrollment_changed(id, instance_id, contact_id, status, version, 'contact_merged')
                FROM moved
                """, all.toArray());
    }
}
