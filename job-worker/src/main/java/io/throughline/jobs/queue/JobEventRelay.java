package io.throughline.jobs.queue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.quarkus.runtime.Startup;
import io.throughline.events.Topics;
import io.throughline.events.jobs.JobStatusChanged;
import io.throughline.platform.events.EventRelay;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishes {@code job_event} on {@code job.status.v1}, in its order. An event is a small row: that of a completed job says
 * no more than that, and the job, which does not change any more, is read when it is published.
 */
@Startup
@Singleton
class JobEventRelay extends EventRelay {

    private static final int BATCH = 2000;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");
    private static final JsonFactory JSON = new JsonFactory();

    private static final String NEXT = "WITH " + EventOrder.ASKED + """
            SELECT * FROM (
                SELECT moved.id, moved.xid, moved.tenant_id, moved.job_id, moved.type, moved.created_at, moved.job, kept.*,
                       sum(coalesce(octet_length(moved.job), octet_length(kept.parameters)
                                    + coalesce(octet_length(kept.result), 0), 0))
                           OVER (ORDER BY moved.xid, moved.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                FROM (SELECT event.id, xid, tenant_id, job_id, type, created_at, job::text AS job
                      FROM (%s) AS event OFFSET 0) AS moved
                -- A plain join, planned when there was one job, would read all of them for each event.
                LEFT JOIN LATERAL (
                    SELECT type AS job_type, priority, attempt, max_attempts, progress_done, progress_total,
                           parameters::text AS parameters, result::text AS result, created_at AS asked_at, run_at,
                           started_at, completed_at
                    FROM job WHERE moved.job IS NULL AND job.id = moved.job_id OFFSET 0) AS kept
                ON true) AS next
            WHERE before IS NULL OR before < ? ORDER BY xid, id
            """.formatted(EventOrder.next("true"));

    private final Semaphore news = new Semaphore(0);
    private String xid;
    private long id;

    JobEventRelay(
            Wakeups wakeups,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") String password,
            @ConfigProperty(name = "quarkus.application.name") String service,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        super("job_event", url, username, password, service, bootstrapServers);
        wakeups.on(Wakeups.MOVED, news::release);
    }

    @PostConstruct
    void open() {
        start();
    }

    @Override
    protected void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet position = statement.executeQuery("SELECT xid::text AS xid, id FROM job_event_published")) {
            position.next();
            xid = position.getString("xid");
            id = position.getLong("id");
        }
    }

    @Override
    protected Batch next(Connection connection) throws SQLException {
        List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(NEXT)) {
            select.setString(1, xid);
            select.setLong(2, id);
            select.setInt(3, BATCH);
            select.setLong(4, BATCH_BYTES);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    events.add(event(rows));
                    xid = rows.getString("xid");
                    id = rows.getLong("id");
                }
            }
        }
        return new Batch(events, events.size() == BATCH, this::remember);
    }

    private void remember(Connection connection) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE job_event_published SET xid = ?::xid8, id = ?")) {
            update.setString(1, xid);
            update.setLong(2, id);
            update.executeUpdate();
        }
    }

    private ProducerRecord<String, byte[]> event(ResultSet row) throws SQLException {
        return event(
                Topics.JOB_STATUS,
                row.getString("job_id"),
                payload(row),
                row.getString("id"),
                JobStatusChanged.TYPE,
                time(row, "created_at"),
                row.getString("tenant_id"),
                null);
    }

    private static byte[] payload(ResultSet row) throws SQLException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("eventId", row.getLong("id"));
            json.writeStringField("type", row.getString("type"));
            json.writeFieldName("job");
            if (row.getString("job") != null) {
                json.writeRawValue(row.getString("job"));
            } else {
                completed(json, row);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** As {@code job_view} shows it in SQL, which would take longer than all the rest. */
    private static void completed(JsonGenerator json, ResultSet row) throws SQLException, IOException {
        json.writeStartObject();
        json.writeStringField("jobId", row.getString("job_id"));
        json.writeStringField("type", row.getString("job_type"));
        json.writeStringField("status", JobStatus.COMPLETED.wire());
        json.writeStringField("priority", Priority.values()[row.getInt("priority")].wire());
        json.writeNumberField("attempt", row.getInt("attempt"));
        json.writeNumberField("maxAttempts", row.getInt("max_attempts"));
        json.writeObjectFieldStart("progress");
        json.writeNumberField("done", row.getLong("progress_done"));
        json.writeNumberField("total", row.getLong("progress_total"));
        json.writeEndObject();
        raw(json, "parameters", row.getString("parameters"));
        raw(json, "result", row.getString("result"));
        json.writeNullField("error");
        json.writeStringField("createdAt", time(row, "asked_at"));
        json.writeStringField("runAt", time(row, "run_at"));
        json.writeStringField("startedAt", time(row, "started_at"));
        json.writeStringField("completedAt", time(row, "completed_at"));
        json.writeEndObject();
    }

    private static void raw(JsonGenerator json, String name, String value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeRawValue(value);
        }
    }

    private static String time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : TIME.format(time.withOffsetSameInstant(ZoneOffset.UTC));
    }

    @Override
    protected boolean anythingWaits(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT 1 FROM (SELECT * FROM job_event_batch ORDER BY xid DESC, id DESC LIMIT 1) AS latest
                WHERE (xid, id + events - 1) > (?::xid8, ?)
                """)) {
            select.setString(1, xid);
            select.setLong(2, id);
            try (ResultSet waiting = select.executeQuery()) {
                return waiting.next();
            }
        }
    }

    @Override
    protected void awaitEvents(Connection connection, int millis) throws InterruptedException {
        if (news.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    @PreDestroy
    void close() {
        stop();
    }
}
