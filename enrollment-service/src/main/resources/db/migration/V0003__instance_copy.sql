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
    seen_at      timestamptz NOT NULL DEFAULT now(),
    -- The address of a sender such as Ann <ann@example.com>: what a limit per day is counted by.
    sender_address text      NOT NULL GENERATED ALWAYS AS
                 (lower(coalesce(substring(sender FROM '<([^<>]*)>\s*$'), sender, ''))) STORED,
    schedule     jsonb, -- null: at any time
    daily_limit  integer
                 CONSTRAINT instance_copy_daily_limit_lets_something_through CHECK (daily_limit > 0),
    stop_company_on_reply boolean NOT NULL DEFAULT false,
    ledger_version bigint    NOT NULL DEFAULT 0, -- of the last enrollment.instance-ledgers.v1
    ledger_closed_at timestamptz
);
CREATE INDEX instance_copy_active ON instance_copy (first_due_at) WHERE status = 'active';
CREATE INDEX instance_copy_limited ON instance_copy (tenant_id, sender_address) WHERE daily_limit IS NOT NULL;
-- Those whose ledger may change by itself; one that is over and closed leaves this index.
CREATE INDEX instance_copy_of_open_ledger ON instance_copy (id)
    WHERE status IN ('active', 'paused') OR status IN ('completed', 'archived') AND ledger_closed_at IS NULL;
CREATE INDEX instance_copy_over ON instance_copy (seen_at) WHERE status IN ('completed', 'archived');

CREATE TABLE instance_step (
    instance_id uuid     NOT NULL
                CONSTRAINT instance_step_belongs_to_a_copy REFERENCES instance_copy ON DELETE CASCADE,
    tenant_id   uuid     NOT NULL,
    step_number integer  NOT NULL,
    channel     text     NOT NULL,
    delay       interval NOT NULL,
    subject     text,
    body        text,
    condition   jsonb, -- null: always
    variants    jsonb, -- null: subject, body and html are the one wording
    html        text,
    track_opens  boolean NOT NULL DEFAULT true,
    track_clicks boolean NOT NULL DEFAULT true,
    CONSTRAINT instance_step_pk PRIMARY KEY (instance_id, step_number)
);
