package io.throughline.jobs.outreach;

import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;

/** Tells what became of messages in the statement that records it. */
@Singleton
class Telling {

    private final Sql sql;
    private final Outbox outbox;

    Telling(Sql sql, Outbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    /** @param telling made by {@link #of}. How many are told. */
    long tell(String telling, Object... parameters) {
        long told = sql.one(telling, row -> row.number("told"), parameters);
        if (told > 0) {
            outbox.wakeRelay();
        }
        return told;
    }

    /** @param settling what records it, and returns the messages; a null event is not told */
    static String of(String settling) {
        return """
                WITH settled AS (
                %s
                ), told AS (
                    INSERT INTO outbox (event_id, topic, key, type, tenant_id, trace_parent, payload)
                    SELECT message_id || ':' || event, '%s', enrollment_id, '%s', tenant_id, ?,
                           jsonb_build_object(
                               'instanceId', instance_id, 'enrollmentId', enrollment_id, 'channel', channel,
                               'eventType', event, 'stepNumber', step_number, 'occurredAt', iso_time(settled_at),
                               'metadata', jsonb_strip_nulls(
                                   jsonb_build_object('messageId', message_id, 'variant', variant,
                                                      'bounceType', bounce,
                                                      'reason', CASE event WHEN 'skipped' THEN detail END)))
                    FROM settled WHERE event IS NOT NULL
                )
                SELECT count(event) AS told FROM settled
                """.formatted(settling, Topics.ENGAGEMENT_EVENTS, EngagementEvent.TYPE);
    }
}
