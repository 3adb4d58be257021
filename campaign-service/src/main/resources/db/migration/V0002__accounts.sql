-- Who owns rows. The default tenant belongs to the key that the operator sets for the first start.
CREATE TABLE tenant (
    tenant_id  uuid        CONSTRAINT tenant_pk PRIMARY KEY,
    name       text        NOT NULL CONSTRAINT tenant_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200),
    is_default boolean     NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX tenant_default_is_one ON tenant (is_default) WHERE is_default;

CREATE TABLE tenant_user (
    user_id    uuid        CONSTRAINT tenant_user_pk PRIMARY KEY,
    tenant_id  uuid        NOT NULL CONSTRAINT tenant_user_has_tenant REFERENCES tenant,
    created_at timestamptz NOT NULL,
    CONSTRAINT tenant_user_is_of_tenant UNIQUE (tenant_id, user_id)
);

-- Only the hash of a key is stored. What is here is also on account.keys.v1, from which every service checks keys.
CREATE TABLE api_key (
    key_id     uuid        CONSTRAINT api_key_pk PRIMARY KEY,
    tenant_id  uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    name       text        NOT NULL CONSTRAINT api_key_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200),
    key_hash   text        NOT NULL CONSTRAINT api_key_hash_is_known_once UNIQUE,
    scopes     text[]      NOT NULL CONSTRAINT api_key_scopes_exist
        CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY ['read', 'write', 'admin']),
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT api_key_user_is_of_tenant FOREIGN KEY (tenant_id, user_id) REFERENCES tenant_user (tenant_id, user_id)
);
CREATE INDEX api_key_by_tenant ON api_key (tenant_id, key_id);
