-- Marks of a contact's address, kept apart from its validity.
ALTER TABLE contact
    ADD COLUMN role_address boolean NOT NULL DEFAULT false,
    ADD COLUMN disposable   boolean NOT NULL DEFAULT false;

-- Who came lately; the newest end of it is what is asked for.
CREATE INDEX contact_by_import_time ON contact (tenant_id, imported_at);

-- Duplicates that became part of another contact: so a merge can be repeated, and a person is erased under every address.
CREATE TABLE contact_merge (
    tenant_id   uuid        NOT NULL,
    merged_id   uuid        NOT NULL,
    survivor_id uuid        NOT NULL,
    email       text, -- of the merged one; null once the person is erased
    merged_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT contact_merge_is_one_per_merged_contact PRIMARY KEY (tenant_id, merged_id)
);
CREATE INDEX contact_merge_by_survivor ON contact_merge (tenant_id, survivor_id);

-- A filter somebody named. Which contacts it means is found out anew each time.
CREATE TABLE segment (
    id         uuid        NOT NULL DEFAULT uuidv7() CONSTRAINT segment_pk PRIMARY KEY,
    tenant_id  uuid        NOT NULL,
    name       text        NOT NULL CONSTRAINT segment_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200),
    filter     jsonb       NOT NULL CONSTRAINT segment_filter_is_an_object CHECK (jsonb_typeof(filter) = 'object'),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX segment_name_is_unique_per_tenant ON segment (tenant_id, lower(name));
CREATE INDEX segment_newest ON segment (tenant_id, id);
