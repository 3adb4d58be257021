-- Columns that reports read, for as long as no migration of the service makes them; does nothing where they exist.
CREATE SEQUENCE IF NOT EXISTS engagement_event_id;
ALTER TABLE engagement_event
    ADD COLUMN IF NOT EXISTS id bigint NOT NULL DEFAULT nextval('engagement_event_id'),
    ADD COLUMN IF NOT EXISTS machine boolean NOT NULL DEFAULT false;
CREATE INDEX IF NOT EXISTS engagement_event_by_type ON engagement_event (instance_id, event_type, id);
