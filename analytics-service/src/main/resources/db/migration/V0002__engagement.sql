-- Keys begin with what differs most: nearly every comparison in the index ends at its first column. Uniqueness is per
-- tenant all the same. Text keys compare as bytes (COLLATE "C").

CREATE SEQUENCE engagement_event_id;

-- Every accepted event, once: what figures are followed down to and rebuilt from. One partition per UTC day of arrival,
-- made by the service (EventPartitions). Append only: one index grows at the right edge of each type, the other (BRIN)
-- has an entry per 128 pages.
CREATE TABLE engagement_event (
    id            bigint      NOT NULL DEFAULT nextval('engagement_event_id'), -- grows with arrival, per enrollment
    received_at   timestamptz NOT NULL,
    tenant_id     uuid        NOT NULL,
    instance_id   uuid        NOT NULL,
    enrollment_id uuid        NOT NULL,
    channel       text        COLLATE "C" NOT NULL,
    event_type    text        COLLATE "C" NOT NULL,
    step_number   smallint    NOT NULL, -- 0: no step is meant
    machine       boolean     NOT NULL, -- opened or clicked by a prefetcher or a scanner
    occurred_at   timestamptz NOT NULL,
    source        text        COLLATE "C" NOT NULL,
    event_id      text        COLLATE "C" NOT NULL,
    metadata      text -- JSON object; null: empty
) PARTITION BY RANGE (received_at);

CREATE INDEX engagement_event_by_type ON engagement_event (instance_id, event_type, id);
CREATE INDEX engagement_event_by_arrival ON engagement_event USING brin (id) WITH (autosummarize);

-- All that must be remembered of an enrollment to count its next event exactly. Rewritten in place: one index, free space.
CREATE TABLE enrollment_memory (
    tenant_id     uuid  NOT NULL,
    instance_id   uuid  NOT NULL,
    enrollment_id uuid  NOT NULL,
    counted       bytea NOT NULL, -- 8 bytes per event: the start of SHA-256 over source, line feed, id
    firsts        text  NOT NULL, -- "email/opened/1=20417;…": first day since 1970-01-01 per channel/type/step, ~ machines only
    PRIMARY KEY (enrollment_id, instance_id, tenant_id)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.1, toast_tuple_target = 4080);

-- The same 8 bytes where an enrollment has more events than its row holds.
CREATE TABLE counted_event (
    tenant_id     uuid   NOT NULL,
    instance_id   uuid   NOT NULL,
    enrollment_id uuid   NOT NULL,
    fingerprint   bigint NOT NULL,
    PRIMARY KEY (enrollment_id, fingerprint, instance_id, tenant_id)
);
