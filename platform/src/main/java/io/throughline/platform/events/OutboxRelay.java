package io.throughline.platform.events;

import io.quarkus.runtime.Startup;
import io.throughline.events.EventHeaders;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;

/**
 * Publishes the outbox in id order and deletes what the broker has acknowledged. One relay per service is active, by an
 * advisory lock on a connection of its own; the others stand by and take over when that session ends. At least once: a
 * crash between acknowledgement and DELETE publishes a batch again, with the same {@code ce_id}s.
 *
 * <p>Ids are not handed out in commit order, so only rows of transactions older than every running one are read
 * ({@code xid < pg_snapshot_xmin}); nothing can then appear behind the reader.
 */
@Startup
@Singleton
public class OutboxRelay {

    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    static final int BATCH = 2000;
    /** Payload bytes after which a batch ends: events of contacts carry a hundred kilobytes each. */
    private static final int BATCH_BYTES = 8 << 20;

    private static final int IDLE_MILLIS = 500;
    /**
     * After a batch that was not full. The first event of a quiet time leaves at once; of a stream of small transactions
     * many leave together, which spares the broker and every consumer.
     */
    private static final int GATHERING_MILLIS = 20;

    private static final int BLOCKED_MILLIS = 5;
    private static final int FAILURE_MILLIS = 1000;
    /**
     * After which the database ends the session of a relay that stands still, frozen or cut off, and with it its lock. More
     * than a batch may take on its way to a slow broker, when the session is idle, too.
     */
    private static final String STANDSTILL = "60s";
    /** After which what was read is not sent any more: another relay may have sent it, and what came after it. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final String url;
    private final String username;
    private final String password;
    private final String source;
    private final KafkaProducer<String, byte[]> producer;
    private final Thread thread;
    private volatile boolean closed;

    OutboxRelay(
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") String password,
            @ConfigProperty(name = "quarkus.application.name") String service,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.url = url;
        this.username = username;
        this.password = password;
        this.source = "throughline/" + service;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.CLIENT_ID_CONFIG, service + "-outbox",
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                        ProducerConfig.LINGER_MS_CONFIG, 2,
                        ProducerConfig.BATCH_SIZE_CONFIG, 131_072,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
                new StringSerializer(),
                new ByteArraySerializer());
        this.thread = Thread.ofPlatform().daemon().name("outbox-relay").unstarted(this::relay);
        thread.start();
    }

    private void relay() {
        while (!closed) {
            try (Connection connection = DriverManager.getConnection(url, username, password)) {
                connection.setNetworkTimeout(Runnable::run, 30_000);
                limitStandstill(connection);
                if (becomeActive(connection)) {
                    publishUntilClosed(connection);
                }
            } catch (SQLException | ExecutionException | KafkaException e) {
                if (!closed) {
                    LOG.warnf("Outbox relay interrupted; reason=%s", e.getMessage());
                    pause(FAILURE_MILLIS);
                }
            } catch (InterruptedException e) {
                closed = true;
            }
        }
    }

    private static void limitStandstill(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET idle_session_timeout = '" + STANDSTILL + "'");
        }
    }

    private boolean becomeActive(Connection connection) throws SQLException {
        while (!closed) {
            try (Statement statement = connection.createStatement();
                    ResultSet lock = statement.executeQuery(
                            "SELECT pg_try_advisory_lock(hashtext('outbox'), hashtext(current_schema()))")) {
                lock.next();
                if (lock.getBoolean(1)) {
                    return true;
                }
            }
            pause(IDLE_MILLIS);
        }
        return false;
    }

    private void publishUntilClosed(Connection connection)
            throws SQLException, ExecutionException, InterruptedException {
        try (Statement statement = connection.createStatement();
                ResultSet schema = statement.executeQuery("SELECT current_schema()")) {
            schema.next();
            String channel = "outbox_" + schema.getString(1);
            statement.execute("LISTEN " + channel);
        }
        PGConnection notifications = connection.unwrap(PGConnection.class);
        while (!closed) {
            int published = runOnce(connection);
            if (published == 0) {
                notifications.getNotifications(anythingWaits(connection) ? BLOCKED_MILLIS : IDLE_MILLIS);
            } else if (published < BATCH) {
                pause(GATHERING_MILLIS);
            }
        }
    }

    /** Publishes one batch; the number of rows published. */
    private int runOnce(Connection connection) throws SQLException, ExecutionException, InterruptedException {
        List<Long> ids = new ArrayList<>();
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
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
            long asked = System.nanoTime();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (System.nanoTime() - asked > FRESH.toNanos()) {
                        throw new SQLException("stood still with events to publish");
                    }
                    ids.add(rows.getLong("id"));
                    acknowledgements.add(producer.send(toRecord(rows)));
                }
            }
        }
        if (ids.isEmpty()) {
            return 0;
        }
        producer.flush();
        for (Future<RecordMetadata> acknowledgement : acknowledgements) {
            acknowledgement.get();
        }
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM outbox WHERE id = ANY (?)")) {
            delete.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            delete.executeUpdate();
        }
        return ids.size();
    }

    private ProducerRecord<String, byte[]> toRecord(ResultSet row) throws SQLException {
        String payload = row.getString("payload");
        ProducerRecord<String, byte[]> event = new ProducerRecord<>(
                row.getString("topic"),
                row.getString("key"),
                payload == null ? null : payload.getBytes(StandardCharsets.UTF_8));
        header(event, EventHeaders.SPEC_VERSION, "1.0");
        header(event, EventHeaders.ID, row.getString("event_id"));
        header(event, EventHeaders.SOURCE, source);
        header(event, EventHeaders.TYPE, row.getString("type"));
        header(event, EventHeaders.TIME, row.getString("created"));
        header(event, EventHeaders.TENANT, row.getString("tenant_id"));
        header(event, "content-type", "application/json");
        if (row.getString("trace_parent") != null) {
            header(event, EventHeaders.TRACE_PARENT, row.getString("trace_parent"));
        }
        return event;
    }

    private static void header(ProducerRecord<String, byte[]> event, String name, String value) {
        event.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean anythingWaits(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet waiting = statement.executeQuery("SELECT EXISTS (SELECT FROM outbox)")) {
            waiting.next();
            return waiting.getBoolean(1);
        }
    }

    private void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @PreDestroy
    void close() {
        closed = true;
        thread.interrupt();
        producer.close(Duration.ofSeconds(5));
    }
}
