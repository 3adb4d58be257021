-- What the report reads: a handful of rows per instance, however many events. Rewritten in place all day long, hence the
-- free space in each page (HOT updates) and the eager vacuum.

-- Since the beginning. step_number -1: any step; channel '': any channel (with step_number -1).
CREATE TABLE tally (
    tenant_id         uuid     NOT NULL,
    instance_id       uuid     NOT NULL,
    channel           text     COLLATE "C" NOT NULL,
    event_type        text     COLLATE "C" NOT NULL,
    step_number       smallint NOT NULL,
    events            bigint NOT NULL,
    enrollments       bigint NOT NULL, -- distinct
    machine_events    bigint NOT NULL, -- of events
    human_enrollments bigint NOT NULL, -- distinct, with at least one event that was no machine's
    PRIMARY KEY (tenant_id, instance_id, channel, event_type, step_number)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- By day (UTC). firsts: first occurrences per (enrollment, channel, type, step) on that day. No CHECK (firsts >= 0):
-- a first that moves to an earlier day is proposed as -1 here before it meets the row.
CREATE TABLE daily_tally (
    tenant_id   uuid   NOT NULL,
    instance_id uuid   NOT NULL,
    day         date   NOT NULL,
    channel     text   COLLATE "C" NOT NULL,
    event_type  text   COLLATE "C" NOT NULL,
    events      bigint NOT NULL,
    firsts      bigint NOT NULL,
    PRIMARY KEY (tenant_id, instance_id, day, channel, event_type)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Enrollments as enrollment-service last told us; the highest version wins.
CREATE TABLE enrollment_state (
    tenant_id     uuid   NOT NULL,
    instance_id   uuid   NOT NULL,
    enrollment_id uuid   NOT NULL,
    status        text   COLLATE "C" NOT NULL,
    version       bigint NOT NULL,
    CONSTRAINT enrollment_state_is_one_per_enrollment PRIMARY KEY (enrollment_id, instance_id, tenant_id)
) WITH (fillfactor = 85);

CREATE TABLE status_tally (
    tenant_id   uuid   NOT NULL,
    instance_id uuid   NOT NULL,
    status      text   COLLATE "C" NOT NULL,
    enrollments bigint NOT NULL,
    CONSTRAINT status_tally_has_one_row_per_status PRIMARY KEY (tenant_id, instance_id, status)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Grows by one whenever a batch moved any figure of the instance: what cached reports and ETags are keyed by.
CREATE TABLE instance_version (
    tenant_id   uuid   NOT NULL,
    instance_id uuid   NOT NULL,
    version     bigint NOT NULL,
    CONSTRAINT instance_version_is_one_per_instance PRIMARY KEY (tenant_id, instance_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Which instances exist, and whose they are, from campaign.instances.v1.
CREATE TABLE known_instance (
    tenant_id   uuid NOT NULL,
    instance_id uuid NOT NULL,
    CONSTRAINT known_instance_has_one_tenant PRIMARY KEY (tenant_id, instance_id)
);
