-- A stream's client resumes among its own tenant's events only.
CREATE INDEX job_event_batch_of_tenant_in_order ON job_event_batch (tenant_id, xid, id);

-- One-time tickets for browsers, which cannot send a header when they open a stream. Only the hash is kept.
CREATE TABLE stream_ticket (
    ticket_hash text        NOT NULL CONSTRAINT stream_ticket_pk PRIMARY KEY,
    tenant_id   uuid        NOT NULL,
    user_id     uuid        NOT NULL,
    key_id      uuid        NOT NULL,
    scopes      text[]      NOT NULL,
    expires_at  timestamptz NOT NULL
);

CREATE INDEX stream_ticket_by_age ON stream_ticket (expires_at);
