package io.throughline.chat.conversation;

import io.throughline.platform.access.Caller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Conversations and messages to look at, always of one user of one tenant; each call is one statement. */
@Singleton
public class ConversationStore {

    private static final String COLUMNS = " tenant_id, id, title, message_count, created_at, updated_at ";
    private static final String OWN = " tenant_id = ? AND user_id = ? AND deleted_at IS NULL ";

    private final Sql sql;
    private final Sealing sealing;

    ConversationStore(Sql sql, Sealing sealing) {
        this.sql = sql;
        this.sealing = sealing;
    }

    record Conversation(UUID id, String title, long messageCount, Instant createdAt, Instant updatedAt) {}

    record Message(UUID id, long position, String role, String content, String model, Instant createdAt) {}

    /** A reply as it was given. */
    public record StoredReply(
            UUID conversation,
            String text,
            String model,
            boolean cached,
            long inputTokens,
            long outputTokens,
            long costMicros) {}

    Optional<Conversation> conversation(Caller caller, UUID id) {
        return sql.first(
                "SELECT" + COLUMNS + "FROM conversation WHERE" + OWN + "AND id = ?",
                this::conversation,
                caller.tenantId(),
                caller.userId(),
                id);
    }

    /** Most recently used first; one row more than {@code limit}. */
    List<Conversation> conversations(Caller caller, Cursor after, int limit) {
        return sql.list(
                "SELECT" + COLUMNS + "FROM conversation WHERE" + OWN + """
                  AND (updated_at, id) < (coalesce(?::timestamptz, 'infinity'), ?::uuid)
                ORDER BY updated_at DESC, id DESC
                LIMIT ?
                """,
                this::conversation,
                caller.tenantId(),
                caller.userId(),
                after == null ? null : after.instant(0),
                after == null ? new UUID(-1, -1) : after.uuid(1),
                limit + 1);
    }

    /** Newest first, up to {@code limit}. */
    List<Message> messagesBefore(Caller caller, UUID conversation, long position, int limit) {
        return messages(caller, conversation, "position < ? ORDER BY position DESC", position, limit);
    }

    /** Oldest first, up to {@code limit}. */
    List<Message> messagesAfter(Caller caller, UUID conversation, long position, int limit) {
        return messages(caller, conversation, "position > ? ORDER BY position", position, limit);
    }

    private List<Message> messages(Caller caller, UUID conversation, String part, long position, int limit) {
        return sql.list(
                """
                SELECT id, position, role, content, model, created_at
                FROM message
                WHERE tenant_id = ? AND user_id = ? AND conversation_id = ? AND
                """ + part + " LIMIT ?",
                row -> message(caller.tenantId(), row),
                caller.tenantId(),
                caller.userId(),
                conversation,
                position,
                limit);
    }

    public Optional<StoredReply> reply(Caller caller, UUID message) {
        return sql.first(
                """
                SELECT message.conversation_id, content, model, cached, input_tokens, output_tokens, cost_micros
                FROM message JOIN conversation USING (tenant_id, user_id)
                WHERE tenant_id = ? AND user_id = ? AND message.id = ? AND role = 'assistant'
                  AND conversation.id = message.conversation_id AND deleted_at IS NULL
                """,
                row -> new StoredReply(
                        row.uuid("conversation_id"),
                        sealing.open(row.bytes("content"), caller.tenantId(), message),
                        row.text("model"),
                        row.flag("cached"),
                        row.number("input_tokens"),
                        row.number("output_tokens"),
                        row.number("cost_micros")),
                caller.tenantId(),
                caller.userId(),
                message);
    }

    Optional<Conversation> rename(Caller caller, UUID id, String title) {
        return sql.first(
                "UPDATE conversation SET title = ? WHERE" + OWN + "AND id = ? RETURNING" + COLUMNS,
                this::conversation,
                sealing.seal(title, caller.tenantId(), id),
                caller.tenantId(),
                caller.userId(),
                id);
    }

    /** Gone for everybody at once; its rows go in batches. False when the user has no such conversation. */
    boolean delete(Caller caller, UUID id) {
        return sql.update(
                        "UPDATE conversation SET deleted_at = clock_timestamp() WHERE" + OWN + "AND id = ?",
                        caller.tenantId(),
                        caller.userId(),
                        id)
                > 0;
    }

    int deleteAll(UUID tenant, UUID user) {
        return sql.update("UPDATE conversation SET deleted_at = clock_timestamp() WHERE" + OWN, tenant, user);
    }

    private Conversation conversation(Row row) {
        return new Conversation(
                row.uuid("id"),
                sealing.open(row.bytes("title"), row.uuid("tenant_id"), row.uuid("id")),
                row.number("message_count"),
                row.instant("created_at"),
                row.instant("updated_at"));
    }

    private Message message(UUID tenant, Row row) {
        return new Message(
                row.uuid("id"),
                row.number("position"),
                row.text("role"),
                sealing.open(row.bytes("content"), tenant, row.uuid("id")),
                row.text("model"),
                row.instant("created_at"));
    }
}
