-- What a user asked and was answered. Tenant and user lead every key: a foreign id finds nothing, in constant time.
CREATE TABLE conversation (
    tenant_id     uuid        NOT NULL,
    user_id       uuid        NOT NULL,
    id            uuid        NOT NULL,
    title         text        NOT NULL,
    message_count bigint      NOT NULL CONSTRAINT conversation_holds_whole_turns CHECK (message_count > 0 AND message_count % 2 = 0),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversation_pk PRIMARY KEY (tenant_id, user_id, id)
);

-- The list of a user's conversations, newest first.
CREATE INDEX conversation_by_use ON conversation (tenant_id, user_id, updated_at DESC, id DESC);

-- A turn is two rows, question and reply, at successive positions. The window walks the primary key backwards.
CREATE TABLE message (
    tenant_id       uuid        NOT NULL,
    user_id         uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    position        bigint      NOT NULL, -- from 1
    id              uuid        NOT NULL,
    role            text        NOT NULL CONSTRAINT message_is_from_user_or_assistant CHECK (role IN ('user', 'assistant')),
    content         text        NOT NULL,
    token_estimate  integer     NOT NULL, -- characters / 4
    model           text,                 -- of a reply
    input_tokens    bigint,               -- as the provider counted them, of a reply
    output_tokens   bigint,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT message_pk PRIMARY KEY (tenant_id, user_id, conversation_id, position),
    CONSTRAINT message_belongs_to_a_conversation FOREIGN KEY (tenant_id, user_id, conversation_id)
        REFERENCES conversation (tenant_id, user_id, id) ON DELETE CASCADE
);
