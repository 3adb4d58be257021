-- The intent to send, kept for ever: a step of an enrollment has one message, whatever crashes or is delivered twice.
CREATE TABLE message (
    id            uuid        NOT NULL CONSTRAINT message_pk PRIMARY KEY,
    tenant_id     uuid        NOT NULL,
    enrollment_id uuid        NOT NULL CONSTRAINT message_belongs_to_an_enrollment REFERENCES enrollment,
    step_number   integer     NOT NULL,
    channel       text        NOT NULL,
    subject       text,
    status        text        NOT NULL DEFAULT 'planned'
                  CONSTRAINT message_status_is_known CHECK (status IN ('planned', 'sent', 'failed', 'unknown', 'skipped')),
    planned_at    timestamptz NOT NULL DEFAULT now(),
    settled_at    timestamptz, -- when the channel says it happened
    CONSTRAINT message_is_one_per_step UNIQUE (enrollment_id, step_number)
);
CREATE INDEX message_awaited ON message (planned_at) WHERE status IN ('planned', 'unknown');
