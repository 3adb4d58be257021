-- What providers answered, until it is outdated. Each tenant pays for its own: nothing is shared between them.
CREATE TABLE enrichment (
    tenant_id  uuid        NOT NULL,
    subject    text        NOT NULL, -- email:ann@example.com or domain:example.com
    job_id     uuid        NOT NULL, -- that asked last
    found      boolean     NOT NULL,
    fields     jsonb       NOT NULL,
    as_of      timestamptz NOT NULL,
    kept_until timestamptz NOT NULL,
    CONSTRAINT enrichment_once_per_subject PRIMARY KEY (tenant_id, subject),
    CONSTRAINT enrichment_nothing_found_has_no_fields CHECK (found OR fields = '{}')
);

CREATE INDEX enrichment_by_age ON enrichment (kept_until);
