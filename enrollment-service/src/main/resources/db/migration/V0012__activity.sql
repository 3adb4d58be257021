-- What happened to enrollments, for the timelines of their contacts: transitions and engagement events. What other tables
-- tell already (imported, enrolled, messages) is read there. Goes by age (ActivityStore).
CREATE TABLE activity (
    enrollment_id uuid        NOT NULL,
    at            timestamptz NOT NULL,
    id            uuid        NOT NULL, -- of an event: a digest of its source and id, so that it is here once
    tenant_id     uuid        NOT NULL,
    kind          text        NOT NULL CONSTRAINT activity_kind_is_known CHECK (kind IN ('transition', 'engagement')),
    type          text        NOT NULL, -- the status, or the type of the event
    channel       text,
    step_number   integer,
    metadata      jsonb,
    CONSTRAINT activity_pk PRIMARY KEY (enrollment_id, at, id)
);
CREATE INDEX activity_by_age ON activity USING brin (at) WITH (autosummarize);

-- In the transaction of the change, whoever makes it. That an enrollment began is told by its first message.
CREATE FUNCTION remember_transitions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO activity (enrollment_id, at, id, tenant_id, kind, type)
    SELECT moved.id, clock_timestamp(), uuidv7(), moved.tenant_id, 'transition', moved.status
    FROM moved JOIN was ON was.id = moved.id
    WHERE moved.status <> was.status AND NOT (was.status = 'pending' AND moved.status = 'active');
    RETURN NULL;
END
$$;
CREATE TRIGGER enrollment_transitions_are_remembered AFTER UPDATE ON enrollment
    REFERENCING OLD TABLE AS was NEW TABLE AS moved FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION remember_transitions();
