-- Columns that reports read, for as long as no migration of the service makes them; does nothing where they exist.
CREATE SEQUENCE IF NOT EXISTS engagement_event_id;
ALTER TABLE engagement_event
    ADD COLUMN IF NOT EXISTS id bigint NOT NULL DEFAULT nextval('engagement_event_id'),
    ADD COLUMN IF NOT EXISTS machine boolean NOT NULL DEFAULT false;
CREATE INDEX IF NOT EXISTS engagement_event_by_type ON engagement_event (instance_id, event_type, id);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'tally'::regclass AND attname = 'human_enrollments') THEN
        ALTER TABLE tally
            ADD COLUMN machine_events bigint NOT NULL DEFAULT 0,
            ADD COLUMN human_enrollments bigint;
        -- Whoever counts without them counts people only.
        CREATE FUNCTION people_only() RETURNS trigger LANGUAGE plpgsql AS $people$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                NEW.human_enrollments := coalesce(NEW.human_enrollments, NEW.enrollments);
            ELSIF NEW.human_enrollments = OLD.human_enrollments THEN
                NEW.human_enrollments := OLD.human_enrollments + NEW.enrollments - OLD.enrollments;
            END IF;
            RETURN NEW;
        END
        $people$;
        CREATE TRIGGER people_only BEFORE INSERT OR UPDATE ON tally FOR EACH ROW EXECUTE FUNCTION people_only();
    END IF;
END
$$;
