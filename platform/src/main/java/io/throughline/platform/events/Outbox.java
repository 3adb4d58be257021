package io.throughline.platform.events;

import io.throughline.platform.sql.Signals;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * The only way to publish: rows of the service's {@code outbox}, written in the transaction of the change. Two
 * statements however many events. Hot paths may insert into {@code outbox} in SQL themselves and then call
 * {@link #wakeRelay()}.
 */
@Singleton
public class Outbox {

    private final Sql sql;
    private final Json json;
    private final Signals signals;

    Outbox(Sql sql, Json json, Signals signals) {
        this.sql = sql;
        this.json = json;
        this.signals = signals;
    }

    public void publish(OutboundEvent event) {
        publish(List.of(event));
    }

    public void publish(List<OutboundEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        sql.inTransaction(() -> {
            sql.update(
                    """
                    INSERT INTO outbox (event_id, topic, key, type, tenant_id, trace_parent, payload)
                    SELECT event_id, topic, key, type, tenant_id, ?, payload
                    FROM unnest(?, ?, ?, ?, ?, ?) WITH ORDINALITY
                         AS event(event_id, topic, key, type, tenant_id, payload, place)
                    ORDER BY place
                    """,
                    TraceParent.current(),
                    Sql.column(
                            "text",
                            events,
                            event -> event.eventId() == null ? Ids.next().toString() : event.eventId()),
                    Sql.column("text", events, OutboundEvent::topic),
                    Sql.column("text", events, OutboundEvent::key),
                    Sql.column("text", events, OutboundEvent::type),
                    Sql.column("uuid", events, OutboundEvent::tenantId),
                    Sql.column("text", events, event -> event.payload() == null ? null : json.text(event.payload())));
            wakeRelay();
        });
    }

    /** After the commit of the thread's transaction. */
    public void wakeRelay() {
        signals.send("outbox", "");
    }
}
