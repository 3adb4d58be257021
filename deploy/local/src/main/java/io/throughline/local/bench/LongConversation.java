package io.throughline.local.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** Makes a conversation long without asking a million questions: its rows are written as the service writes them. */
final class LongConversation implements AutoCloseable {

    private static final int BATCH = 100_000;

    private final Connection database;

    private LongConversation(Connection database) {
        this.database = database;
    }

    static LongConversation open(String jdbcUrl) throws SQLException {
        Connection database = DriverManager.getConnection(jdbcUrl);
        try (Statement statement = database.createStatement()) {
            statement.execute("SET search_path TO chat");
        }
        return new LongConversation(database);
    }

    /** @param messages an even number, those it has included */
    void grow(UUID conversation, int messages) throws SQLException {
        for (int from = 3; from <= messages; from += BATCH) {
            try (PreparedStatement insert = database.prepareStatement("""
                    INSERT INTO message (tenant_id, user_id, conversation_id, position, id, role, content, token_estimate)
                    SELECT tenant_id, user_id, id, n, uuidv7(), CASE n % 2 WHEN 1 THEN 'user' ELSE 'assistant' END,
                           '\\x00'::bytea || convert_to('message ' || n, 'UTF8'), 4
                    FROM conversation, generate_series(?, ?) AS n
                    WHERE id = ?
                    """)) {
                insert.setInt(1, from);
                insert.setInt(2, Math.min(messages, from + BATCH - 1));
                insert.setObject(3, conversation);
                insert.executeUpdate();
            }
        }
        try (PreparedStatement update =
                        database.prepareStatement("UPDATE conversation SET message_count = ? WHERE id = ?");
                Statement analyze = database.createStatement()) {
            update.setInt(1, messages);
            update.setObject(2, conversation);
            update.executeUpdate();
            analyze.execute("ANALYZE message");
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
