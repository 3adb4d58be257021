package io.throughline.platform.events;

import io.throughline.events.EventHeaders;
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
import org.jboss.logging.Logger;

/**
 * Publishes the events that a table holds, batch by batch, each acknowledged by the broker before the next. One relay of a
 * name is active per service, by an advisory lock on a connection of its own; the others stand by and take over when that
 * session ends. At least once: a crash between acknowledgement and {@link Batch#acknowledged} publishes a batch again, with
 * the same {@code ce_id}s.
 */
public abstract class EventRelay {

    private static final Logger LOG = Logger.getLogger(EventRelay.class);
    /** Payload bytes after which a batch ends: events of contacts carry a hundred kilobytes each. */
    protected static final int BATCH_BYTES = 8 << 20;

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

    private final String name;
    private final String url;
    private final String username;
    private final String password;
    private final String source;
    private final KafkaProducer<String, byte[]> producer;
    private Thread thread;
    private volatile boolean closed;

    /** @param name of the lock and the thread */
    protected EventRelay(
            String name, String url, String username, String password, String service, String bootstrapServers) {
        this.name = name;
        this.url = url;
        this.username = username;
        this.password = password;
        this.source = "throughline/" + service;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.CLIENT_ID_CONFIG, service + "-" + name,
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                        ProducerConfig.LINGER_MS_CONFIG, 2,
                        ProducerConfig.BATCH_SIZE_CONFIG, 131_072,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /**
     * Events to be published together.
     *
     * @param full whether there may be more at once
     */
    public record Batch(List<ProducerRecord<String, byte[]>> events, boolean full, Acknowledgement acknowledged) {}

    /** Remembers, on the relay's connection, that the broker has a batch. */
    @FunctionalInterface
    public interface Acknowledgement {
        void run(Connection connection) throws SQLException;
    }

    /** This relay is the active one now. */
    protected abstract void begin(Connection connection) throws SQLException;

    protected abstract Batch next(Connection connection) throws SQLException;

    /** Whether there are events that are not to be read yet, because an older transaction still runs. */
    protected abstract boolean anythingWaits(Connection connection) throws SQLException;

    /** Until somebody says that there are events, or the time has passed. */
    protected abstract void awaitEvents(Connection connection, int millis) throws SQLException, InterruptedException;

    protected void start() {
        thread = Thread.ofPlatform().daemon().name(name + "-relay").start(this::relay);
    }

    private void relay() {
        while (!closed) {
            try (Connection connection = DriverManager.getConnection(url, username, password)) {
                connection.setNetworkTimeout(Runnable::run, 30_000);
                execute(connection, "SET idle_session_timeout = '" + STANDSTILL + "'");
                execute(connection, "SET enable_seqscan = off"); // its tables are empty now and full in a second
                execute(
                        connection,
                        "SET plan_cache_mode = force_generic_plan"); // planning took longer than a few events do
                execute(connection, "SET synchronous_commit = off"); // what is forgotten is published again
                if (becomeActive(connection)) {
                    publishUntilClosed(connection);
                }
            } catch (SQLException | ExecutionException | KafkaException e) {
                if (!closed) {
                    LOG.warnf("Relay interrupted; relay=%s reason=%s", name, e.getMessage());
                    pause(FAILURE_MILLIS);
                }
            } catch (InterruptedException e) {
                closed = true;
            }
        }
    }

    private boolean becomeActive(Connection connection) throws SQLException {
        while (!closed) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT pg_try_advisory_lock(hashtext(?), hashtext(current_schema()))")) {
                statement.setString(1, name);
                try (ResultSet lock = statement.executeQuery()) {
                    lock.next();
                    if (lock.getBoolean(1)) {
                        return true;
                    }
                }
            }
            pause(IDLE_MILLIS);
        }
        return false;
    }

    private void publishUntilClosed(Connection connection)
            throws SQLException, ExecutionException, InterruptedException {
        begin(connection);
        while (!closed) {
            long asked = System.nanoTime();
            Batch batch = next(connection);
            if (batch.events().isEmpty()) {
                awaitEvents(connection, anythingWaits(connection) ? BLOCKED_MILLIS : IDLE_MILLIS);
                continue;
            }
            publish(batch.events(), asked);
            batch.acknowledged().run(connection);
            if (!batch.full()) {
                pause(GATHERING_MILLIS);
            }
        }
    }

    /** @param asked when the events were asked for, in {@link System#nanoTime} */
    private void publish(List<ProducerRecord<String, byte[]>> events, long asked)
            throws SQLException, ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>(events.size());
        for (ProducerRecord<String, byte[]> event : events) {
            if (System.nanoTime() - asked > FRESH.toNanos()) {
                throw new SQLException("stood still with events to publish");
            }
            acknowledgements.add(producer.send(event));
        }
        producer.flush();
        for (Future<RecordMetadata> acknowledgement : acknowledgements) {
            acknowledgement.get();
        }
    }

    /** @param payload null: a tombstone, @param traceParent null: none */
    protected final ProducerRecord<String, byte[]> event(
            String topic,
            String key,
            byte[] payload,
            String id,
            String type,
            String time,
            String tenantId,
            String traceParent) {
        ProducerRecord<String, byte[]> event = new ProducerRecord<>(topic, key, payload);
        header(event, EventHeaders.SPEC_VERSION, "1.0");
        header(event, EventHeaders.ID, id);
        header(event, EventHeaders.SOURCE, source);
        header(event, EventHeaders.TYPE, type);
        header(event, EventHeaders.TIME, time);
        header(event, EventHeaders.TENANT, tenantId);
        header(event, "content-type", "application/json");
        if (traceParent != null) {
            header(event, EventHeaders.TRACE_PARENT, traceParent);
        }
        return event;
    }

    private static void header(ProducerRecord<String, byte[]> event, String name, String value) {
        event.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    protected static void execute(Connection connection, String statement) throws SQLException {
        try (Statement execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    private void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    protected void stop() {
        closed = true;
        thread.interrupt();
        producer.close(Duration.ofSeconds(5));
    }
}
