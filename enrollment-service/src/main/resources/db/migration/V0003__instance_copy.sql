-- Our copy of campaign.instances.v1: what enrolling and sequence need to know without asking.
CREATE TABLE instance_copy (
    id           uuid        NOT NULL CONSTRAINT instance_copy_pk PRIMARY KEY,
    tenant_id    uuid        NOT NULL,
    name         text,
    sender       text,
    status       text        NOT NULL
                 CONSTRAINT instance_copy_status_is_known CHECK (status IN ('draft', 'active', 'paused', 'completed', 'archived')),
    version      bigint      NOT NULL,
    activated_at timestamptz, -- when we first saw it active, by this database's clock
    first_due_at timestamptz, -- activated_at and the delay of step 1: nothing is sent before
    seen_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX instance_copy_active ON instance_copy (first_due_at) WHERE status = 'active';

CREATE TABLE instance_step (
    instance_id uuid     NOT NULL
                CONSTRAINT instance_step_belongs_to_a_copy REFERENCES instance_copy ON DELETE CASCADE,
    tenant_id   uuid     NOT NULL,
    step_number integer  NOT NULL,
    channel     text     NOT NULL,
    delay       interval NOT NULL,
    subject     text,
    body        text,
    condition   jsonb,
    html        text,
    track_opens  boolean NOT NULL DEFAULT true,
    track_clicks boolean NOT NULL DEFAULT true,
    CONSTRAINT instance_step_pk PRIMARY KEY (instance_id, step_number)
);
