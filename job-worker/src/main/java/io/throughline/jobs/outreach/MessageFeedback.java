package io.throughline.jobs.outreach;

import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

/**
 * What became known of mails after the mail server took them, told once on {@code engagement.events.v1}: one statement and a
 * wake-up, however many. The ledger itself says what came of the handing over, and stays as it is.
 */
@Singleton
public class MessageFeedback {

    private static final String INBOX = "message-feedback";
    private static final int LONGEST_DETAIL = 500;
    /** With the tenant before it, it must fit the de-duplication key. */
    private static final int LONGEST_ID = 200;

    private static final String TELL = """
            WITH told AS (
                SELECT DISTINCT ON (event_id) * FROM unnest(?, ?, ?, ?, ?, ?)
                    AS given(event_id, message_id, type, bounce, at, detail)
                ORDER BY event_id
            ), ours AS (
                SELECT tenant_id || ':' || event_id AS id, tenant_id, instance_id, enrollment_id, channel, step_number,
                       variant, message_id, type, told.bounce, at, told.detail
                FROM told JOIN outreach_message USING (message_id) WHERE ?::uuid IS NULL OR tenant_id = ?
            ), fresh AS (
                INSERT INTO inbox (consumer, event_id, tenant_id) SELECT ?, id, tenant_id FROM ours ORDER BY id
                ON CONFLICT ON CONSTRAINT inbox_takes_an_event_once DO NOTHING
                RETURNING event_id
            )
            INSERT INTO outbox (event_id, topic, key, type, tenant_id, trace_parent, payload)
            SELECT id, ?, enrollment_id::text, ?, tenant_id, ?,
                   jsonb_build_object(
                       'instanceId', instance_id, 'enrollmentId', enrollment_id, 'channel', channel,
                       'eventType', ours.type, 'stepNumber', step_number, 'occurredAt', iso_time(at),
                       'metadata', jsonb_strip_nulls(jsonb_build_object(
                           'messageId', message_id, 'variant', variant, 'bounceType', bounce, 'detail', detail)))
            FROM ours JOIN fresh ON fresh.event_id = ours.id
            """;

    private final Sql sql;
    private final Outbox outbox;

    MessageFeedback(Sql sql, Outbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    /**
     * @param eventId one and the same however often it is told
     * @param type of the engagement event
     * @param bounceType {@code hard} or {@code blocked}; null unless it bounced for good
     * @param detail in the provider's words; may be null
     */
    public record Told(String eventId, UUID messageId, String type, String bounceType, Instant at, String detail) {

        public Told {
            eventId = eventId.replaceAll("\\p{Cntrl}", "");
            eventId = eventId.substring(0, Math.min(LONGEST_ID, eventId.length()));
            detail = detail == null
                    ? null
                    : detail.replaceAll("\\p{Cntrl}+", " ").strip();
            detail = detail == null ? null : detail.substring(0, Math.min(LONGEST_DETAIL, detail.length()));
        }
    }

    /** How many are new and about a mail of the tenant's. */
    public int tell(UUID tenantId, Collection<Told> told) {
        return publish(tenantId, told);
    }

    /** Of any tenant's mails: for one account through which all of them send. */
    public int tell(Collection<Told> told) {
        return publish(null, told);
    }

    private int publish(UUID tenantId, Collection<Told> told) {
        if (told.isEmpty()) {
            return 0;
        }
        return sql.inTransaction(() -> {
            int fresh = sql.update(
                    TELL,
                    Sql.column("text", told, Told::eventId),
                    Sql.column("uuid", told, Told::messageId),
                    Sql.column("text", told, Told::type),
                    Sql.column("text", told, Told::bounceType),
                    Sql.column("timestamptz", told, Told::at),
                    Sql.column("text", told, Told::detail),
                    tenantId,
                    tenantId,
                    INBOX,
                    Topics.ENGAGEMENT_EVENTS,
                    EngagementEvent.TYPE,
                    TraceParent.current());
            if (fresh > 0) {
                outbox.wakeRelay();
            }
            return fresh;
        });
    }
}
