-- What a user asked and was answered. Tenant and user lead every key: a foreign id finds nothing, in constant time.
-- Texts (title, earlier, content) are bytea: a byte that says plain or sealed, then UTF-8 or the sealed text.
CREATE TABLE conversation (
    tenant_id     uuid        NOT NULL,
    user_id       uuid        NOT NULL,
    id            uuid        NOT NULL,
    title         bytea       NOT NULL,
    message_count bigint      NOT NULL CONSTRAINT conversation_holds_whole_turns CHECK (message_count > 0 AND message_count % 2 = 0),
    window_from   bigint      NOT NULL DEFAULT 1, -- position of the first message that an answerer is told word for word
    earlier       bytea,                          -- what came before it, shortened
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz,                    -- gone for everybody; the rows go in small batches
    CONSTRAINT conversation_pk PRIMARY KEY (tenant_id, user_id, id)
);

-- The list of a user's conversations, newest first.
CREATE INDEX conversation_by_use ON conversation (tenant_id, user_id, updated_at DESC, id DESC) WHERE deleted_at IS NULL;
-- The two ends of a conversation's life.
CREATE INDEX conversation_by_age ON conversation (updated_at) WHERE deleted_at IS NULL;
CREATE INDEX conversation_to_remove ON conversation (deleted_at) WHERE deleted_at IS NOT NULL;

-- A turn is two rows, question and reply, at successive positions. The window walks the primary key backwards.
CREATE TABLE message (
    tenant_id       uuid        NOT NULL,
    user_id         uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    position        bigint      NOT NULL, -- from 1
    id              uuid        NOT NULL,
    role            text        NOT NULL CONSTRAINT message_is_from_user_or_assistant CHECK (role IN ('user', 'assistant')),
    content         bytea       NOT NULL,
    token_estimate  integer     NOT NULL, -- characters / 4
    model           text,                 -- of a reply, as all that follows
    input_tokens    bigint,               -- as the provider counted them
    output_tokens   bigint,
    cost_micros     bigint,               -- millionths of a dollar
    cached          boolean,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT message_pk PRIMARY KEY (tenant_id, user_id, conversation_id, position),
    CONSTRAINT message_belongs_to_a_conversation FOREIGN KEY (tenant_id, user_id, conversation_id)
        REFERENCES conversation (tenant_id, user_id, id) ON DELETE CASCADE
);

-- A reply is resumed by its id.
CREATE UNIQUE INDEX message_by_id ON message (tenant_id, user_id, id);

-- Which messages name an address, by a digest: found again when that person is to be forgotten, sealed or not.
CREATE TABLE mention (
    tenant_id       uuid   NOT NULL,
    user_id         uuid   NOT NULL,
    conversation_id uuid   NOT NULL,
    position        bigint NOT NULL,
    digest          bytea  NOT NULL,
    CONSTRAINT mention_pk PRIMARY KEY (tenant_id, user_id, conversation_id, position, digest),
    CONSTRAINT mention_is_in_a_message FOREIGN KEY (tenant_id, user_id, conversation_id, position)
        REFERENCES message (tenant_id, user_id, conversation_id, position) ON DELETE CASCADE
);

CREATE INDEX mention_by_digest ON mention (tenant_id, digest);

-- What was spent on a UTC day; the tenant's sum has the nil UUID for a user.
CREATE TABLE spending (
    tenant_id   uuid   NOT NULL,
    day         date   NOT NULL,
    user_id     uuid   NOT NULL,
    requests    bigint NOT NULL,
    tokens      bigint NOT NULL,
    cost_micros bigint NOT NULL,
    CONSTRAINT spending_pk PRIMARY KEY (tenant_id, day, user_id)
) WITH (fillfactor = 50);

-- What a reply proposed to do. It is done by a second call only, with the rights of whoever makes that.
CREATE TABLE action (
    tenant_id    uuid        NOT NULL,
    user_id      uuid        NOT NULL,
    id           uuid        NOT NULL,
    kind         text        NOT NULL,
    description  text        NOT NULL,
    service      text        NOT NULL,
    path         text        NOT NULL,
    body         text,
    status       text        NOT NULL DEFAULT 'proposed'
                 CONSTRAINT action_status_is_known CHECK (status IN ('proposed', 'running', 'done', 'refused', 'unknown')),
    outcome      text,
    confirmed_at timestamptz, -- when it began to be done
    expires_at   timestamptz NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT action_pk PRIMARY KEY (tenant_id, user_id, id)
);

CREATE INDEX action_by_age ON action (created_at);
