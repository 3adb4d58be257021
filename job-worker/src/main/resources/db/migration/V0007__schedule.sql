-- Jobs by the clock. A schedule is due when next_at has come; whoever holds its row puts the job into the queue and moves
-- next_at in one transaction, so that a slot is fired once however many replicas look.
CREATE TABLE schedule (
    id          uuid        NOT NULL CONSTRAINT schedule_pk PRIMARY KEY,
    tenant_id   uuid        NOT NULL, -- all zeros: the suite's own, which no tenant sees
    user_id     uuid        NOT NULL, -- on whose behalf its jobs run: who wrote it last
    name        text        NOT NULL
                CONSTRAINT schedule_name_is_short_and_plain CHECK (name ~ '^[a-z0-9-]{1,64}$'),
    cron        text        NOT NULL,
    time_zone   text        NOT NULL,
    type        text        NOT NULL,
    parameters  jsonb       NOT NULL,
    priority    smallint    NOT NULL
                CONSTRAINT schedule_priority_is_low_normal_high CHECK (priority BETWEEN 0 AND 2),
    missed      text        NOT NULL
                CONSTRAINT schedule_missed_is_known CHECK (missed IN ('skip', 'once', 'all')),
    unique_key  text, -- of its jobs; null: a job may begin while an earlier one has not ended
    enabled     boolean     NOT NULL,
    next_at     timestamptz, -- null: disabled, or no slot is left
    last_at     timestamptz, -- the slot of its last job
    last_job_id uuid,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT schedule_name_once_per_tenant UNIQUE (tenant_id, name),
    CONSTRAINT schedule_disabled_is_never_due CHECK (enabled OR next_at IS NULL)
) WITH (fillfactor = 70);

CREATE INDEX schedule_is_due ON schedule (next_at) WHERE next_at IS NOT NULL;
