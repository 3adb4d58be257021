-- Addresses that are not written to. The keyed hash is what counts; the address itself is for people to read, and goes when
-- the person is erased.
CREATE TABLE suppression (
    id            uuid        NOT NULL DEFAULT uuidv7(),
    tenant_id     uuid        NOT NULL,
    address_hash  bytea       NOT NULL CONSTRAINT suppression_hash_is_sha_256 CHECK (octet_length(address_hash) = 32),
    email         text,
    reason        text        NOT NULL
                  CONSTRAINT suppression_reason_is_known
                  CHECK (reason IN ('manual', 'bounced', 'unsubscribed', 'complained')),
    suppressed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT suppression_pk PRIMARY KEY (tenant_id, address_hash)
);
CREATE INDEX suppression_newest ON suppression (tenant_id, id);
CREATE INDEX suppression_by_reason ON suppression (tenant_id, reason, id);
