-- Our copy of contact.suppressions.v1: addresses that are not written to, by the hash that messages carry.
CREATE TABLE suppressed_address (
    tenant_id    uuid  NOT NULL,
    address_hash bytea NOT NULL,
    CONSTRAINT suppressed_address_pk PRIMARY KEY (tenant_id, address_hash)
);
