package io.throughline.chat.conversation;

import io.throughline.chat.tool.ActionStore;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Forgets people: users with all they said, and others wherever a message names their address. */
@Singleton
class ErasureStore {

    private static final int BATCH = 500;
    private static final String REMOVED = "(Removed: a person in it was erased.)";

    private final Sql sql;
    private final Sealing sealing;
    private final ConversationStore conversations;
    private final ActionStore actions;

    ErasureStore(Sql sql, Sealing sealing, ConversationStore conversations, ActionStore actions) {
        this.sql = sql;
        this.sealing = sealing;
        this.conversations = conversations;
        this.actions = actions;
    }

    /** Two statements; the rows go in batches afterwards. */
    int eraseUser(UUID tenant, UUID user) {
        actions.removeOf(tenant, user);
        return conversations.deleteAll(tenant, user);
    }

    /**
     * A statement for every 500 messages: their text goes, and with it what was made from it, the title and what is kept
     * of earlier messages. The note that takes its place is plain, so that one statement serves all.
     */
    int eraseMentions(UUID tenant, String email) {
        byte[] text = REMOVED.getBytes(StandardCharsets.UTF_8);
        byte[] note = new byte[text.length + 1];
        System.arraycopy(text, 0, note, 1, text.length);
        int erased = 0;
        int batch;
        do {
            batch = sql.one(
                    """
                    WITH found AS (
                        DELETE FROM mention
                        WHERE (tenant_id, user_id, conversation_id, position, digest) IN (
                            SELECT tenant_id, user_id, conversation_id, position, digest FROM mention
                            WHERE tenant_id = ? AND digest IN (SELECT decode(hex, 'hex') FROM unnest(?::text[]) AS hex)
                            LIMIT ?)
                        RETURNING tenant_id, user_id, conversation_id, position)
                    , emptied AS (
                        UPDATE message SET content = ?, token_estimate = 10
                        FROM (SELECT DISTINCT tenant_id, user_id, conversation_id, position FROM found) AS place
                        WHERE message.tenant_id = place.tenant_id AND message.user_id = place.user_id
                          AND message.conversation_id = place.conversation_id AND message.position = place.position)
                    , untitled AS (
                        UPDATE conversation
                        SET earlier = NULL, title = CASE WHEN place.first THEN ? ELSE title END
                        FROM (SELECT tenant_id, user_id, conversation_id, bool_or(position = 1) AS first
                              FROM found GROUP BY tenant_id, user_id, conversation_id) AS place
                        WHERE conversation.tenant_id = place.tenant_id AND conversation.user_id = place.user_id
                          AND conversation.id = place.conversation_id)
                    SELECT count(*) AS messages FROM found
                    """,
                    row -> row.integer("messages"),
                    tenant,
                    Sql.array("text", sealing.digests(tenant, email)),
                    BATCH,
                    note,
                    note);
            erased += batch;
        } while (batch == BATCH);
        return erased;
    }
}
