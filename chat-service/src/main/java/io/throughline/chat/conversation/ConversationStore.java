package io.throughline.chat.conversation;

import io.throughline.chat.conversation.Answerer.Role;
import io.throughline.chat.conversation.Answerer.Said;
import io.throughline.platform.access.Caller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Conversations and messages, always of one user of one tenant. A turn costs two statements, the first one of a
 * conversation one; the cost does not depend on how long the conversation is.
 */
@Singleton
class ConversationStore {

    /** Reads {@code limit} rows at most, backwards along the primary key, and keeps the newest that fit the budget. */
    static final String WINDOW = """
            SELECT role, content
            FROM (SELECT position, role, content,
                         sum(token_estimate) OVER (ORDER BY position DESC ROWS UNBOUNDED PRECEDING) AS tokens
                  FROM (SELECT position, role, content, token_estimate
                        FROM message
                        WHERE tenant_id = ? AND user_id = ? AND conversation_id = ?
                        ORDER BY position DESC
                        LIMIT ?) AS newest) AS counted
            WHERE tokens <= ?
            ORDER BY position
            """;

    private static final String SAY = """
            INSERT INTO message (tenant_id, user_id, conversation_id, position, id, role, content, token_estimate,
                                 model, input_tokens, output_tokens)
            SELECT turn.tenant_id, turn.user_id, turn.id, turn.message_count - 2 + said.number, said.id, said.role,
                   said.content, (length(said.content) + 3) / 4, said.model, said.input_tokens, said.output_tokens
            FROM turn, (VALUES (1, ?::uuid, 'user', ?, NULL, NULL::bigint, NULL::bigint),
                               (2, ?::uuid, 'assistant', ?, ?, ?::bigint, ?::bigint))
                       AS said (number, id, role, content, model, input_tokens, output_tokens)
            """;

    private final Sql sql;

    ConversationStore(Sql sql) {
        this.sql = sql;
    }

    record Conversation(UUID id, String title, long messageCount, Instant createdAt, Instant updatedAt) {}

    record Message(UUID id, long position, String role, String content, String model, Instant createdAt) {}

    /** A question and its answer, stored together or not at all. */
    record Turn(UUID questionId, String question, UUID answerId, Answerer.Answer answer) {}

    /**
     * The newest messages of a conversation within both limits, oldest first.
     *
     * @return empty only when the user has no such conversation or its newest message exceeds the budget
     */
    List<Said> window(Caller caller, UUID conversation, int messages, int tokens) {
        return sql.list(
                WINDOW,
                row -> new Said(Role.valueOf(row.text("role").toUpperCase(Locale.ROOT)), row.text("content")),
                caller.tenantId(),
                caller.userId(),
                conversation,
                messages,
                tokens);
    }

    void begin(Caller caller, UUID conversation, String title, Turn turn) {
        sql.update(
                """
                WITH turn AS (INSERT INTO conversation (tenant_id, user_id, id, title, message_count)
                              VALUES (?, ?, ?, ?, 2)
                              RETURNING tenant_id, user_id, id, message_count)
                """ + SAY,
                caller.tenantId(),
                caller.userId(),
                conversation,
                title,
                turn.questionId(),
                turn.question(),
                turn.answerId(),
                turn.answer().text(),
                turn.answer().model(),
                turn.answer().usage().inputTokens(),
                turn.answer().usage().outputTokens());
    }

    /** False when the conversation is gone. Turns of one conversation queue on its row, so positions have no gaps. */
    boolean proceed(Caller caller, UUID conversation, Turn turn) {
        return sql.update(
                        """
                        WITH turn AS (UPDATE conversation
                                      SET message_count = message_count + 2, updated_at = clock_timestamp()
                                      WHERE tenant_id = ? AND user_id = ? AND id = ?
                                      RETURNING tenant_id, user_id, id, message_count)
                        """ + SAY,
                        caller.tenantId(),
                        caller.userId(),
                        conversation,
                        turn.questionId(),
                        turn.question(),
                        turn.answerId(),
                        turn.answer().text(),
                        turn.answer().model(),
                        turn.answer().usage().inputTokens(),
                        turn.answer().usage().outputTokens())
                > 0;
    }

    Optional<Conversation> conversation(Caller caller, UUID id) {
        return sql.first("""
                SELECT id, title, message_count, created_at, updated_at
                FROM conversation
                WHERE tenant_id = ? AND user_id = ? AND id = ?
                """, ConversationStore::conversation, caller.tenantId(), caller.userId(), id);
    }

    /** Most recently used first; one row more than {@code limit}. */
    List<Conversation> conversations(Caller caller, Cursor after, int limit) {
        return sql.list(
                """
                SELECT id, title, message_count, created_at, updated_at
                FROM conversation
                WHERE tenant_id = ? AND user_id = ?
                  AND (updated_at, id) < (coalesce(?::timestamptz, 'infinity'), ?::uuid)
                ORDER BY updated_at DESC, id DESC
                LIMIT ?
                """,
                ConversationStore::conversation,
                caller.tenantId(),
                caller.userId(),
                after == null ? null : after.instant(0),
                after == null ? new UUID(-1, -1) : after.uuid(1),
                limit + 1);
    }

    /** Newest first; one row more than {@code limit}. */
    List<Message> messages(Caller caller, UUID conversation, long before, int limit) {
        return sql.list(
                """
                SELECT id, position, role, content, model, created_at
                FROM message
                WHERE tenant_id = ? AND user_id = ? AND conversation_id = ? AND position < ?
                ORDER BY position DESC
                LIMIT ?
                """,
                row -> new Message(
                        row.uuid("id"),
                        row.number("position"),
                        row.text("role"),
                        row.text("content"),
                        row.text("model"),
                        row.instant("created_at")),
                caller.tenantId(),
                caller.userId(),
                conversation,
                before,
                limit + 1);
    }

    /** With all its messages; false when the user has no such conversation. */
    boolean delete(Caller caller, UUID id) {
        return sql.update(
                        "DELETE FROM conversation WHERE tenant_id = ? AND user_id = ? AND id = ?",
                        caller.tenantId(),
                        caller.userId(),
                        id)
                > 0;
    }

    private static Conversation conversation(Row row) {
        return new Conversation(
                row.uuid("id"),
                row.text("title"),
                row.number("message_count"),
                row.instant("created_at"),
                row.instant("updated_at"));
    }
}
