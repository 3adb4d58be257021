package io.throughline.analytics.ingest;

import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Puts posted events on {@code engagement.events.v1} through the outbox. {@code ce_id} is {@code <tenant>:<id>}, so ids
 * of two tenants never meet; the inbox remembers them, so an id sent again is told from a new one. Two statements.
 */
@Singleton
class PostedEvents {

    private static final String INBOX = "posted-events";

    private final Sql sql;
    private final Outbox outbox;

    PostedEvents(Sql sql, Outbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    /** @param payload the {@link EngagementEvent} as it will travel */
    record Posted(String id, UUID enrollmentId, String payload) {}

    /** The ids that were not seen before; of several events with one id the first is published. */
    Set<String> publish(UUID tenant, List<Posted> events) {
        if (events.isEmpty()) {
            return Set.of();
        }
        String prefix = tenant + ":";
        return sql.inTransaction(() -> {
            List<String> published = sql.list(
                    """
                    WITH incoming AS (
                        SELECT DISTINCT ON (event_id) event_id, key, payload, place
                        FROM unnest(?, ?, ?) WITH ORDINALITY AS event (event_id, key, payload, place)
                        ORDER BY event_id, place
                    ),
                    fresh AS (
                        INSERT INTO inbox (consumer, event_id, tenant_id)
                        SELECT ?, event_id, ? FROM incoming ORDER BY event_id
                        ON CONFLICT ON CONSTRAINT inbox_takes_an_event_once DO NOTHING
                        RETURNING event_id
                    )
                    INSERT INTO outbox (event_id, topic, key, type, tenant_id, trace_parent, payload)
                    SELECT event_id, ?, key, ?, ?, ?, payload
                    FROM incoming JOIN fresh USING (event_id)
                    ORDER BY place
                    RETURNING event_id
                    """,
                    row -> row.text("event_id"),
                    Sql.column("text", events, event -> prefix + event.id()),
                    Sql.column("text", events, event -> event.enrollmentId().toString()),
                    Sql.column("text", events, Posted::payload),
                    INBOX,
                    tenant,
                    Topics.ENGAGEMENT_EVENTS,
                    EngagementEvent.TYPE,
                    tenant,
                    TraceParent.current());
            if (!published.isEmpty()) {
                outbox.wakeRelay();
            }
            Set<String> ids = new HashSet<>();
            published.forEach(eventId -> ids.add(eventId.substring(prefix.length())));
            return ids;
        });
    }
}
