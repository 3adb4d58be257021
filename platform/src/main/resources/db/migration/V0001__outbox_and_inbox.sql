-- Events that leave in the transaction that caused them. The relay publishes in id order and deletes after the
-- broker's acknowledgement. xid tells the relay which rows belong to transactions that are all finished.
CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_pk PRIMARY KEY,
    xid          xid8        NOT NULL DEFAULT pg_current_xact_id(),
    event_id     text        NOT NULL DEFAULT uuidv7()::text,
    topic        text        NOT NULL,
    key          text        NOT NULL,
    type         text        NOT NULL,
    tenant_id    uuid        NOT NULL,
    trace_parent text,
    payload      text, -- JSON; null is a tombstone
    created_at   timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Events this service has taken in, for consumers whose work has no natural key of its own.
CREATE TABLE inbox (
    consumer    text        NOT NULL,
    event_id    text        NOT NULL,
    tenant_id   uuid        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inbox_takes_an_event_once PRIMARY KEY (consumer, event_id)
);
