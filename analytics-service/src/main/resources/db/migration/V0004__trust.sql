-- The rebuild of the figures from engagement_event that runs, or the last one.
CREATE TABLE rebuild (
    one         boolean     PRIMARY KEY DEFAULT true CHECK (one),
    state       text        NOT NULL, -- running, completed, failed
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    alive_until timestamptz NOT NULL, -- a running one that stopped saying so may be begun anew
    events      bigint      NOT NULL, -- counted anew so far
    failure     text
);

-- Events that arrived before this day have been dropped by age: figures that need them can't be rebuilt.
CREATE TABLE event_log_gap (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    dropped_before date    NOT NULL
);

-- What engagement.events.v1.dlq holds, to be looked at and sent again: one row per record, however often it was parked.
CREATE TABLE rejected_event (
    id               uuid        PRIMARY KEY,
    tenant_id        uuid, -- null: the record did not tell, and nobody is shown it
    origin_topic     text        NOT NULL,
    origin_partition integer     NOT NULL,
    origin_offset    bigint      NOT NULL,
    record_key       text,
    headers          text        NOT NULL, -- JSON object
    value            bytea, -- as it came
    reason           text        NOT NULL,
    rejected_at      timestamptz NOT NULL,
    replayed_at      timestamptz,
    CONSTRAINT rejected_event_is_kept_once UNIQUE (origin_topic, origin_partition, origin_offset)
);
CREATE INDEX rejected_event_of_tenant ON rejected_event (tenant_id, id);
