package io.throughline.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.jobs.JobRequested;
import io.throughline.local.demo.Api;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The job worker of the running suite, in its own process, with all it does: requests over HTTP and Kafka, events for
 * streams, status on Kafka. Times are the database's, so no two clocks are compared.
 */
final class OurQueue implements MeasuredQueue {

    static final String SERVICE = "job-worker";
    /** Longer than putting the jobs in takes. */
    private static final Duration UNTIL_DUE = Duration.ofSeconds(10);

    private static final int BATCH = 5_000;
    private static final int CLIENTS = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StackState stack;
    private final Api api;
    private final Connection database;
    private Instant due = Instant.EPOCH;
    private long told;

    OurQueue(StackState stack) throws SQLException {
        this.stack = stack;
        this.api = new Api("http://127.0.0.1:" + stack.services().get(SERVICE).port(), stack.apiKey());
        this.database = DriverManager.getConnection(stack.postgres().jdbcUrl());
        try (Statement statement = database.createStatement()) {
            statement.execute("SET search_path TO jobs");
        }
    }

    @Override
    public Duration enqueueAll(int jobs) throws Exception {
        begin();
        List<List<Map<String, Object>>> batches = new ArrayList<>();
        for (int put = 0; put < jobs; put += BATCH) {
            batches.add(
                    Collections.nCopies(Math.min(BATCH, jobs - put), Map.of("type", "echo", "runAt", due.toString())));
        }
        long began = System.nanoTime();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> answers = new ArrayList<>();
            batches.forEach(batch ->
                    answers.add(clients.submit(() -> api.post("/api/jobs/batch", Map.of("jobs", batch)))));
            for (Future<?> answer : answers) {
                answer.get();
            }
        }
        return inTime(began);
    }

    /** As other systems do it: one message each. Until all are in the queue. */
    Duration enqueueAllByKafka(int jobs) throws Exception {
        begin();
        List<ProducerRecord<String, byte[]>> requests = new ArrayList<>(jobs);
        for (int number = 0; number < jobs; number++) {
            requests.add(request());
        }
        long began = System.nanoTime();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        stack.kafka().bootstrapServers(),
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        10,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024),
                new StringSerializer(),
                new ByteArraySerializer())) {
            requests.forEach(producer::send);
            producer.flush();
        }
        await(jobs, "", PATIENCE);
        return inTime(began);
    }

    private void begin() throws SQLException {
        due = databaseTime().plus(UNTIL_DUE);
        told = lastBatch();
    }

    private Duration inTime(long began) throws SQLException {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (databaseTime().isAfter(due)) {
            throw new StackFailure("The jobs were due before all were there.", "./throughline bench jobs");
        }
        return took;
    }

    private ProducerRecord<String, byte[]> request() throws Exception {
        UUID id = UUID.randomUUID();
        ProducerRecord<String, byte[]> request = new ProducerRecord<>(
                Topics.JOB_REQUESTS,
                id.toString(),
                bytes("{\"jobId\":\"" + id + "\",\"type\":\"echo\",\"runAt\":" + JSON.writeValueAsString(due.toString())
                        + "}"));
        request.headers()
                .add(EventHeaders.SPEC_VERSION, bytes("1.0"))
                .add(EventHeaders.ID, bytes(id.toString()))
                .add(EventHeaders.SOURCE, bytes("throughline/bench"))
                .add(EventHeaders.TYPE, bytes(JobRequested.TYPE))
                .add(EventHeaders.TIME, bytes(Instant.now().toString()))
                .add(EventHeaders.TENANT, bytes(stack.tenant()));
        return request;
    }

    /** From the time they are due to the end of the last. */
    @Override
    public double burnDown(int jobs, Duration atMost) throws Exception {
        long until = System.nanoTime() + UNTIL_DUE.plus(atMost).toNanos();
        // Each job that is done is one event: adding up their batches costs nothing, counting jobs would.
        while (eventsSince(told) < jobs && System.nanoTime() < until) {
            Thread.sleep(50);
        }
        int done = await(jobs, " AND status = 'completed'", PATIENCE);
        double seconds =
                numberOfDue("SELECT extract(epoch FROM max(completed_at) - min(run_at)) FROM job WHERE run_at = ?");
        return done / seconds;
    }

    @Override
    public void enqueue() {
        api.post("/api/jobs", Map.of("type", "echo", "parameters", Map.of()));
    }

    /**
     * From the insertion to the moment the end is written down: longer than to the start, by the job's run and the way to the
     * database.
     */
    @Override
    public Latencies startLatencies(int jobs) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (numberOfDue("SELECT count(*) FROM job WHERE status IN ('pending', 'processing') AND run_at > ?") > 0) {
            if (System.nanoTime() > until) {
                throw new StackFailure("Jobs are not done.", "./throughline logs " + SERVICE);
            }
            Thread.sleep(100);
        }
        double[] millis = new double[jobs];
        try (PreparedStatement query = database.prepareStatement("""
                SELECT extract(epoch FROM completed_at - created_at) * 1000 AS millis FROM job
                WHERE type = 'echo' ORDER BY created_at DESC LIMIT ?
                """)) {
            query.setInt(1, jobs);
            try (ResultSet rows = query.executeQuery()) {
                for (int number = 0; rows.next(); number++) {
                    millis[number] = rows.getDouble("millis");
                }
            }
        }
        return new Latencies(millis);
    }

    private int await(int jobs, String condition, Duration patience) throws Exception {
        long until = System.nanoTime() + patience.toNanos();
        double there = 0;
        while (there < jobs && System.nanoTime() < until) {
            Thread.sleep(100);
            there = numberOfDue("SELECT count(*) FROM job WHERE run_at = ?" + condition);
        }
        return (int) there;
    }

    /** @param query with one parameter: when the jobs are due */
    private double numberOfDue(String query) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(query)) {
            statement.setObject(1, due.atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getDouble(1);
            }
        }
    }

    private long lastBatch() throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(max(id), 0) FROM job_event_batch")) {
            row.next();
            return row.getLong(1);
        }
    }

    private long eventsSince(long id) throws SQLException {
        try (PreparedStatement query =
                database.prepareStatement("SELECT coalesce(sum(events), 0) FROM job_event_batch WHERE id > ?")) {
            query.setLong(1, id);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private Instant databaseTime() throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("SELECT date_trunc('milliseconds', clock_timestamp())")) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
