-- Enrollments of people who were to be forgotten, and how far their instance's events have been gone through: figures stay,
-- metadata goes. An index by enrollment would cost every event more than a walk costs the few that are erased.
CREATE TABLE metadata_erasure (
    tenant_id     uuid   NOT NULL,
    instance_id   uuid   NOT NULL,
    enrollment_id uuid   NOT NULL,
    event_type    text   COLLATE "C" NOT NULL DEFAULT '', -- of the last event looked at
    event_id      bigint NOT NULL DEFAULT 0,
    CONSTRAINT metadata_erasure_pk PRIMARY KEY (enrollment_id, instance_id, tenant_id)
);
