-- Definitions of workflows, each tenant's own. Built-in ones are files, not rows.
CREATE TABLE workflow_definition (
    tenant_id  uuid        NOT NULL,
    name       text        COLLATE "C" NOT NULL,
    definition json        NOT NULL, -- json, not jsonb: keeps the order in which inputs and parameters were written
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT workflow_definition_is_one_per_name PRIMARY KEY (tenant_id, name)
);

-- A workflow that was started; its job has the same id, and the run is gone when the job is. The definition is a copy: later
-- changes do not reach it.
CREATE TABLE workflow_run (
    id         uuid        NOT NULL CONSTRAINT workflow_run_pk PRIMARY KEY
               CONSTRAINT workflow_run_is_a_job REFERENCES job ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    tenant_id  uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    name       text        NOT NULL,
    definition json        NOT NULL,
    inputs     jsonb       NOT NULL,
    resumed    boolean     NOT NULL DEFAULT false, -- retried by hand, and its failed steps are not yet
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A step that was begun or left out; a step without a row waits. While it runs, its job knows more than the row.
CREATE TABLE workflow_step (
    run_id        uuid        NOT NULL CONSTRAINT workflow_step_is_of_a_run REFERENCES workflow_run ON DELETE CASCADE,
    name          text        NOT NULL,
    tenant_id     uuid        NOT NULL,
    status        text        NOT NULL CONSTRAINT workflow_step_status_is_known
                  CHECK (status IN ('running', 'completed', 'failed', 'skipped', 'cancelled')),
    job_id        uuid        CONSTRAINT workflow_step_has_a_job_unless_skipped
                  CHECK ((job_id IS NOT NULL) OR status IN ('skipped', 'failed')),
    attempt       integer     NOT NULL DEFAULT 0,
    output        jsonb,
    error_code    text,
    error_message text,
    started_at    timestamptz,
    completed_at  timestamptz,
    CONSTRAINT workflow_step_is_one_per_name PRIMARY KEY (run_id, name)
);
