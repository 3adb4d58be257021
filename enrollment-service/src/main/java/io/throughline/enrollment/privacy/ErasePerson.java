package io.throughline.enrollment.privacy;

import io.throughline.enrollment.contact.ContactDeleted;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactErased;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * With a contact goes what was kept about the person elsewhere: two statements, and the event that tells the other services.
 * Enrollments and messages stay as numbers: reports stay true.
 */
@Singleton
class ErasePerson {

    private static final Logger LOG = Logger.getLogger(ErasePerson.class);

    private final Sql sql;
    private final Outbox outbox;
    private final Clock clock;

    ErasePerson(Sql sql, Outbox outbox, Clock clock) {
        this.sql = sql;
        this.outbox = outbox;
        this.clock = clock;
    }

    void erase(@Observes ContactDeleted deleted) {
        List<UUID> enrollments = sql.list(
                "SELECT id FROM enrollment WHERE tenant_id = ? AND contact_id = ?",
                row -> row.uuid("id"),
                deleted.tenantId(),
                deleted.contactId());
        if (!enrollments.isEmpty()) {
            forget(deleted.tenantId(), enrollments);
        }
        outbox.publish(OutboundEvent.of(
                Topics.CONTACT_ERASURES,
                deleted.contactId(),
                ContactErased.TYPE,
                deleted.tenantId(),
                new ContactErased(
                        deleted.contactId(), deleted.emails(), enrollments, deleted.importIds(), clock.instant())));
        LOG.infof("Contact erased; contact=%s enrollments=%d", deleted.contactId(), enrollments.size());
    }

    private void forget(UUID tenantId, List<UUID> enrollments) {
        sql.update("""
                WITH own AS (SELECT unnest(?) AS id),
                plain AS (
                    UPDATE enrollment SET metadata = '{}' FROM own
                    WHERE enrollment.id = own.id AND tenant_id = ? AND metadata <> '{}'
                ), untitled AS (
                    UPDATE message SET subject = NULL FROM own
                    WHERE message.enrollment_id = own.id AND tenant_id = ? AND subject IS NOT NULL
                )
                DELETE FROM activity USING own WHERE activity.enrollment_id = own.id AND tenant_id = ?
                """, Sql.array("uuid", enrollments), tenantId, tenantId, tenantId);
    }
}
