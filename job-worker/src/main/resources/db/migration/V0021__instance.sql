-- Our copy of how instances stand (campaign.instances.v1): messages of one that is not active are not sent.
CREATE TABLE instance_status (
    instance_id uuid   NOT NULL CONSTRAINT instance_status_pk PRIMARY KEY,
    tenant_id   uuid   NOT NULL,
    status      text   NOT NULL,
    version     bigint NOT NULL -- the highest seen counts
);
