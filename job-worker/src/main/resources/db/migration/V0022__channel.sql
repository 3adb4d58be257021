-- Where a tenant's messages of a channel other than email go.
CREATE TABLE channel_endpoint (
    tenant_id       uuid        NOT NULL,
    channel         text        NOT NULL CONSTRAINT channel_endpoint_is_not_of_mail CHECK (channel <> 'email'),
    url             text        NOT NULL,
    secret          bytea       NOT NULL, -- sealed, like the one before it, which signs as well until then
    previous_secret bytea,
    previous_until  timestamptz,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT channel_endpoint_pk PRIMARY KEY (tenant_id, channel),
    CONSTRAINT channel_endpoint_previous_secret_ends CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);
