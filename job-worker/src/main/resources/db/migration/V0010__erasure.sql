-- Who was to be forgotten: a message to them that comes later is blanked on arrival. Ids only.
CREATE TABLE erased_contact (
    tenant_id  uuid        NOT NULL,
    contact_id uuid        NOT NULL,
    erased_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT erased_contact_pk PRIMARY KEY (contact_id, tenant_id)
);

-- The file names somebody who was to be forgotten: it goes as soon as it has been read.
ALTER TABLE import ADD COLUMN file_to_erase boolean NOT NULL DEFAULT false;
CREATE INDEX import_to_erase ON import (id) WHERE file_to_erase;
