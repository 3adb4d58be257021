package io.throughline.platform.events;

import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Remembers, in the transaction of the work, which events a consumer has taken in. One statement per batch. */
@Singleton
public class Inbox {

    private final Sql sql;

    Inbox(Sql sql) {
        this.sql = sql;
    }

    /** Marks the events as taken in and answers the ids that were not before. Waits for a concurrent taker to decide. */
    public Set<String> admit(String consumer, Collection<InboundEvent> events) {
        return new HashSet<>(sql.list(
                """
                INSERT INTO inbox (consumer, event_id, tenant_id)
                SELECT DISTINCT ON (event_id) ?, event_id, tenant_id
                FROM unnest(?, ?) AS event(event_id, tenant_id) ORDER BY event_id
                ON CONFLICT ON CONSTRAINT inbox_takes_an_event_once DO NOTHING
                RETURNING event_id
                """,
                row -> row.text("event_id"),
                consumer,
                Sql.column("text", events, InboundEvent::id),
                Sql.column("uuid", events, InboundEvent::tenantId)));
    }
}
