-- Steps are read and written whole, so they are one JSON column; step_count keeps lists from reading it.
CREATE TABLE template (
    id         uuid        CONSTRAINT template_pk PRIMARY KEY,
    tenant_id  uuid        NOT NULL,
    name       text        NOT NULL CONSTRAINT template_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200),
    steps      jsonb       NOT NULL CONSTRAINT template_has_steps CHECK (jsonb_array_length(steps) BETWEEN 1 AND 50),
    step_count integer     GENERATED ALWAYS AS (jsonb_array_length(steps)) STORED,
    version    bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz, -- hidden from then on; instances keep naming it
    CONSTRAINT template_is_of_tenant UNIQUE (tenant_id, id)
);
CREATE INDEX template_by_tenant ON template (tenant_id, id) WHERE deleted_at IS NULL;

-- One running campaign. Its steps are a copy: a template may change without touching what runs.
CREATE TABLE instance (
    id          uuid        CONSTRAINT instance_pk PRIMARY KEY,
    tenant_id   uuid        NOT NULL,
    template_id uuid        NOT NULL,
    name        text        NOT NULL CONSTRAINT instance_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200),
    sender      text        NOT NULL CONSTRAINT instance_sender_is_one_line CHECK (sender !~ '[\r\n]'),
    status      text        NOT NULL CONSTRAINT instance_status_exists
        CHECK (status IN ('draft', 'active', 'paused', 'completed', 'archived')),
    steps       jsonb       NOT NULL CONSTRAINT instance_has_steps CHECK (jsonb_array_length(steps) BETWEEN 1 AND 50),
    step_count  integer     GENERATED ALWAYS AS (jsonb_array_length(steps)) STORED,
    sending     jsonb       NOT NULL, -- when and how much
    finished_at timestamptz, -- when its ledger closed
    ledger_version bigint   NOT NULL, -- of enrollment.instance-ledgers.v1; what is older says nothing new
    version     bigint      NOT NULL, -- of the snapshots on campaign.instances.v1
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT instance_template_is_of_tenant FOREIGN KEY (tenant_id, template_id) REFERENCES template (tenant_id, id)
);
CREATE INDEX instance_by_tenant ON instance (tenant_id, id);
CREATE INDEX instance_by_status ON instance (tenant_id, status, id);
