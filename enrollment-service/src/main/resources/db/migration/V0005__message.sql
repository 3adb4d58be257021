-- The intent to send, kept for ever: a step of an enrollment has one message, whatever crashes or is delivered twice.
CREATE TABLE message (
    id            uuid        NOT NULL CONSTRAINT message_pk PRIMARY KEY,
    tenant_id     uuid        NOT NULL,
    enrollment_id uuid        NOT NULL CONSTRAINT message_belongs_to_an_enrollment REFERENCES enrollment,
    instance_id   uuid        NOT NULL,
    step_number   integer     NOT NULL,
    channel       text        NOT NULL,
    subject       text,
    variant       text,
    status        text        NOT NULL DEFAULT 'planned'
                  CONSTRAINT message_status_is_known CHECK (status IN ('planned', 'sent', 'failed', 'unknown', 'skipped')),
    skip_reason   text,
    planned_at    timestamptz NOT NULL DEFAULT now(),
    settled_at    timestamptz, -- when the channel says it happened
    CONSTRAINT message_is_one_per_step UNIQUE (enrollment_id, step_number),
    CONSTRAINT message_skipped_for_a_reason CHECK ((status = 'skipped') = (skip_reason IS NOT NULL))
);
CREATE INDEX message_awaited ON message (instance_id, status) WHERE status IN ('planned', 'unknown');
-- The ledger is counted from this index alone.
CREATE INDEX message_of_instance ON message (tenant_id, instance_id, step_number, status, skip_reason, variant);
