-- The ledger of messages: what is to be sent, what may have left, what became of it. A message is transmitting, and
-- committed as such, before its first byte leaves; from there nobody sends it again unless the server said no.
CREATE TABLE outreach_message (
    message_id    uuid        NOT NULL CONSTRAINT outreach_message_pk PRIMARY KEY,
    tenant_id     uuid        NOT NULL,
    enrollment_id uuid        NOT NULL,
    instance_id   uuid        NOT NULL,
    contact_id    uuid        NOT NULL,
    channel       text        NOT NULL,
    step_number   integer     NOT NULL CONSTRAINT outreach_message_step_counts_from_one CHECK (step_number >= 1),
    sender        text        NOT NULL,
    recipient     text        NOT NULL,
    subject       text        NOT NULL,
    body          text        NOT NULL,
    html          text,
    recipient_hash bytea,     -- as suppressed_address has it
    track_opens   boolean     NOT NULL DEFAULT true,
    track_clicks  boolean     NOT NULL DEFAULT true,
    variant       text,
    status        text        NOT NULL DEFAULT 'queued'
                  CONSTRAINT outreach_message_status_is_known
                  CHECK (status IN ('queued', 'transmitting', 'sent', 'rejected', 'unknown')),
    held          boolean     NOT NULL DEFAULT false, -- its job has ended because the instance is paused
    job_id        uuid        NOT NULL, -- written before the job is, in one transaction
    fence         bigint      NOT NULL DEFAULT 0, -- of the run that set it transmitting
    attempt       integer     NOT NULL DEFAULT 0, -- tries that came to nothing
    due_at        timestamptz NOT NULL DEFAULT clock_timestamp(), -- queued: to be sent then; transmitting: given up then
    event         text        -- the engagement event told of it
                  CONSTRAINT outreach_message_event_is_known CHECK (event IN ('sent', 'bounced', 'failed', 'unknown', 'suppressed', 'skipped')),
    bounce        text        CONSTRAINT outreach_message_bounce_is_known CHECK (bounce IN ('hard', 'blocked')),
    detail        text,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at    timestamptz,
    CONSTRAINT outreach_message_once_per_step UNIQUE (enrollment_id, step_number),
    CONSTRAINT outreach_message_held_while_queued CHECK (NOT held OR status = 'queued'),
    CONSTRAINT outreach_message_settled_when_told CHECK ((event IS NULL) = (settled_at IS NULL)),
    CONSTRAINT outreach_message_told_when_decided CHECK ((event IS NULL) = (status IN ('queued', 'transmitting')))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);

CREATE INDEX outreach_message_of_job ON outreach_message (job_id, status, message_id);
CREATE INDEX outreach_message_newest ON outreach_message (tenant_id, message_id);
CREATE INDEX outreach_message_by_status ON outreach_message (tenant_id, status, message_id);
CREATE INDEX outreach_message_of_instance ON outreach_message (tenant_id, instance_id, message_id);
CREATE INDEX outreach_message_of_instance_by_status ON outreach_message (tenant_id, instance_id, status, message_id);
CREATE INDEX outreach_message_held_back ON outreach_message (instance_id, message_id) WHERE held;
-- For the monitor and for those left behind: small, decided messages leave it.
CREATE INDEX outreach_message_watched ON outreach_message (status) WHERE status IN ('queued', 'transmitting', 'unknown');
