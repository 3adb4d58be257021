package io.throughline.platform.events;

import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.postgresql.PGConnection;

/**
 * Publishes the outbox in id order and deletes what the broker has acknowledged.
 *
 * <p>Ids are not handed out in commit order, so only rows of transactions older than every running one are read
 * ({@code xid < pg_snapshot_xmin}); nothing can then appear behind the reader.
 */
@Startup
@Singleton
public class OutboxRelay extends EventRelay {

    static final int BATCH = 2000;

    OutboxRelay(
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") String password,
            @ConfigProperty(name = "quarkus.application.name") String service,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        super("outbox", url, username, password, service, bootstrapServers);
    }

    @PostConstruct
    void open() {
        start();
    }

    @Override
    protected void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet schema = statement.executeQuery("SELECT current_schema()")) {
            schema.next();
            execute(connection, "LISTEN outbox_" + schema.getString(1));
        }
    }

    @Override
    protected Batch next(Connection connection) throws SQLException {
        List<Long> ids = new ArrayList<>();
        List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT id, event_id, topic, key, type, tenant_id::text, trace_parent, payload,
                       to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created
                FROM (SELECT *, sum(octet_length(payload)) OVER (ORDER BY id) - octet_length(payload) AS before
                      FROM outbox WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
                      ORDER BY id LIMIT ?) AS next
                WHERE before < ? OR before IS NULL ORDER BY id
                """)) {
            select.setInt(1, BATCH);
            select.setInt(2, BATCH_BYTES);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getLong("id"));
                    events.add(event(rows));
                }
            }
        }
        return new Batch(events, ids.size() == BATCH, on -> forget(on, ids));
    }

    private ProducerRecord<String, byte[]> event(ResultSet row) throws SQLException {
        String payload = row.getString("payload");
        return event(
                row.getString("topic"),
                row.getString("key"),
                payload == null ? null : payload.getBytes(StandardCharsets.UTF_8),
                row.getString("event_id"),
                row.getString("type"),
                row.getString("created"),
                row.getString("tenant_id"),
                row.getString("trace_parent"));
    }

    private static void forget(Connection connection, List<Long> ids) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM outbox WHERE id = ANY (?)")) {
            delete.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            delete.executeUpdate();
        }
    }

    @Override
    protected boolean anythingWaits(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet waiting = statement.executeQuery("SELECT EXISTS (SELECT FROM outbox)")) {
            waiting.next();
            return waiting.getBoolean(1);
        }
    }

    @Override
    protected void awaitEvents(Connection connection, int millis) throws SQLException {
        connection.unwrap(PGConnection.class).getNotifications(millis);
    }

    @PreDestroy
    void close() {
        stop();
    }
}
