-- People. The email is stored trimmed and in lower case, so that plain equality is the rule of uniqueness.
CREATE TABLE contact (
    id             uuid        NOT NULL DEFAULT uuidv7() CONSTRAINT contact_pk PRIMARY KEY,
    tenant_id      uuid        NOT NULL,
    email          text        NOT NULL CONSTRAINT contact_email_fits CHECK (length(email) BETWEEN 3 AND 254),
    first_name     text,
    last_name      text,
    company        text,
    given_domain   text, -- as somebody told us; null: nobody did
    company_domain text        NOT NULL GENERATED ALWAYS AS (coalesce(given_domain, split_part(email, '@', 2))) STORED,
    attributes     jsonb       NOT NULL DEFAULT '{}'
                   CONSTRAINT contact_attributes_are_an_object CHECK (jsonb_typeof(attributes) = 'object'),
    import_job_id  uuid, -- the last import that wrote this row
    seen_imports   uuid[]      NOT NULL DEFAULT '{}', -- the last eight that mentioned it; one of them again is a duplicate
    imported_at    timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT contact_email_is_unique_per_tenant UNIQUE (tenant_id, email)
);
CREATE INDEX contact_newest ON contact (tenant_id, id);
CREATE INDEX contact_by_domain ON contact (tenant_id, company_domain, id);
CREATE INDEX contact_by_import ON contact (tenant_id, import_job_id, id) WHERE import_job_id IS NOT NULL;
