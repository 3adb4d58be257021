-- Files of contacts. The bytes arrive in parts, each committed as it comes, so that a slow upload holds no transaction
-- open; a file whose import never came to be is removed by age.
CREATE TABLE import_part (
    import_id  uuid        NOT NULL,
    number     integer     NOT NULL CONSTRAINT import_part_number_from_zero CHECK (number >= 0),
    tenant_id  uuid        NOT NULL,
    data       bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT import_part_pk PRIMARY KEY (import_id, number)
);
-- Text of this kind is read once: packing it costs more than it saves.
ALTER TABLE import_part ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX import_part_by_age ON import_part (created_at);

-- What is known of an import besides its job, whose id it has.
CREATE TABLE import (
    id         uuid        NOT NULL CONSTRAINT import_pk PRIMARY KEY,
    tenant_id  uuid        NOT NULL,
    charset    text        NOT NULL, -- told from all bytes of the file while they came in
    lines      bigint      NOT NULL, -- of the file, with the header: an estimate of the rows until they are counted
    rows       bigint      NOT NULL DEFAULT 0,
    batches    integer,              -- null until the file has been read to its end
    misread    bigint      NOT NULL DEFAULT 0, -- rows that were refused here, before any batch
    settled    integer     NOT NULL DEFAULT 0, -- batches whose result has come
    created    bigint      NOT NULL DEFAULT 0,
    updated    bigint      NOT NULL DEFAULT 0,
    duplicates bigint      NOT NULL DEFAULT 0,
    rejected   bigint      NOT NULL DEFAULT 0,
    settled_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- when the last result came
    told_at    timestamptz NOT NULL DEFAULT '-infinity', -- when progress was last pushed
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX import_by_age ON import (created_at);

-- Why a row was refused; the row itself is still in the file.
CREATE TABLE import_error (
    import_id uuid   NOT NULL,
    line      bigint NOT NULL,
    tenant_id uuid   NOT NULL,
    code      text   NOT NULL,
    detail    text   NOT NULL,
    CONSTRAINT import_error_is_one_per_line PRIMARY KEY (import_id, line)
);
