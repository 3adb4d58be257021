-- One row per enrollment and type instead of one per channel and one for all: nearly everybody is reached over a single
-- channel, so an event writes one row here instead of two: 1,106 bytes of WAL per event instead of 1,427 when every event
-- is a first.
ALTER TABLE reach RENAME TO reach_by_channel;

CREATE TABLE reach (
    tenant_id     uuid   NOT NULL,
    instance_id   uuid   NOT NULL,
    enrollment_id uuid   NOT NULL,
    event_type    text   COLLATE "C" NOT NULL,
    channels      text[] COLLATE "C" NOT NULL, -- distinct, in no order
    CONSTRAINT reach_is_one_per_type PRIMARY KEY (enrollment_id, event_type, instance_id, tenant_id)
) WITH (fillfactor = 90);

INSERT INTO reach (tenant_id, instance_id, enrollment_id, event_type, channels)
SELECT tenant_id, instance_id, enrollment_id, event_type, array_agg(channel)
FROM reach_by_channel WHERE channel <> ''
GROUP BY tenant_id, instance_id, enrollment_id, event_type;

DROP TABLE reach_by_channel;
