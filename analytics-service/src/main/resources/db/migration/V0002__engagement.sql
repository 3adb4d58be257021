-- Keys begin with what differs most: nearly every comparison in the index ends at its first column. Uniqueness is per
-- tenant all the same. Text keys compare as bytes (COLLATE "C").

-- Every accepted event, once: the log the figures are rebuilt from.
CREATE TABLE engagement_event (
    tenant_id     uuid        NOT NULL,
    source        text        COLLATE "C" NOT NULL,
    event_id      text        COLLATE "C" NOT NULL,
    instance_id   uuid        NOT NULL,
    enrollment_id uuid        NOT NULL,
    channel       text        COLLATE "C" NOT NULL,
    event_type    text        COLLATE "C" NOT NULL,
    step_number   smallint    NOT NULL, -- 0: no step is meant
    occurred_at   timestamptz NOT NULL,
    received_at   timestamptz NOT NULL DEFAULT now(),
    metadata      text, -- JSON object as it came; null: empty
    CONSTRAINT engagement_event_counts_once PRIMARY KEY (event_id, source, tenant_id),
    CONSTRAINT engagement_event_step_is_known CHECK (step_number BETWEEN 0 AND 1000)
);

-- The first day (UTC) on which an enrollment had a type of event at a step. Moves only towards the past, so it does not
-- depend on the order in which events arrive.
CREATE TABLE first_occurrence (
    tenant_id     uuid     NOT NULL,
    instance_id   uuid     NOT NULL,
    enrollment_id uuid     NOT NULL,
    channel       text     COLLATE "C" NOT NULL,
    event_type    text     COLLATE "C" NOT NULL,
    step_number   smallint NOT NULL,
    day           date     NOT NULL,
    CONSTRAINT first_occurrence_is_one_per_step
        PRIMARY KEY (enrollment_id, event_type, channel, step_number, instance_id, tenant_id)
) WITH (fillfactor = 90);

-- That an enrollment had a type of event at all, whatever the step: by channel, and with channel '' by any channel.
CREATE TABLE reach (
    tenant_id     uuid NOT NULL,
    instance_id   uuid NOT NULL,
    enrollment_id uuid NOT NULL,
    channel       text COLLATE "C" NOT NULL,
    event_type    text COLLATE "C" NOT NULL,
    CONSTRAINT reach_is_counted_once PRIMARY KEY (enrollment_id, event_type, channel, instance_id, tenant_id)
);
