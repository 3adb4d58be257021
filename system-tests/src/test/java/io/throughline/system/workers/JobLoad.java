package io.throughline.system.workers;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Jobs of all kinds by chance, half of them asked for over HTTP, half over Kafka; every twentieth is a workflow. A third of
 * them have an effect outside.
 */
final class JobLoad implements AutoCloseable {

    private static final String TOPIC = "job.requests.v1";

    private static final String WORKFLOW = """
            {"inputs":{"number":{"required":true}},"steps":[
              {"name":"person","type":"enrich","parameters":{"email":"w${inputs.number}@example.com"}},
              {"name":"peers","type":"discover","parameters":{"query":"peers of ${inputs.number}"},"after":["person"]},
              {"name":"pause","type":"sleep","parameters":{"millis":300,"steps":3},"after":["person"]},
              {"name":"never","type":"echo","after":["peers"],"when":"steps.person.output.found == false"},
              {"name":"end","type":"echo","parameters":{"of":"${inputs.number}"},"after":["peers","pause","never"]}]}""";

    private final Fleet fleet;
    private final Tenant tenant;
    private final Random random;
    private final KafkaProducer<String, String> producer;
    private final Set<UUID> requested = new LinkedHashSet<>();
    private int number;

    JobLoad(Fleet fleet, Tenant tenant, Random random) {
        this.fleet = fleet;
        this.tenant = tenant;
        this.random = random;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", fleet.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new StringSerializer());
        fleet.client(tenant).put("/api/workflows/definitions/short", WORKFLOW);
    }

    /** Whose acceptance was confirmed. */
    Set<UUID> requested() {
        return requested;
    }

    void request(int count) throws Exception {
        for (int each = 0; each < count; each++) {
            request();
        }
    }

    void request() throws Exception {
        number++;
        int kind = random.nextInt(100);
        if (kind < 5) {
            ask("/api/workflows", "{\"workflowName\":\"short\",\"inputs\":{\"number\":" + number + "}}");
        } else if (kind < 35) {
            request("echo", "{\"number\":" + number + "}");
        } else if (kind < 60) {
            sleep(500 + random.nextInt(2_000), 1 + random.nextInt(5));
        } else if (kind < 85) {
            request("enrich", "{\"email\":\"p" + number + "@example.com\"}");
        } else {
            request("discover", "{\"query\":\"people " + number + "\"}");
        }
    }

    void sleep(int millis, int steps) throws Exception {
        request("sleep", "{\"millis\":%d,\"steps\":%d}".formatted(millis, steps));
    }

    private void request(String type, String parameters) throws Exception {
        if (random.nextBoolean()) {
            ask("/api/jobs", "{\"type\":\"%s\",\"parameters\":%s}".formatted(type, parameters));
            return;
        }
        UUID id = new UUID(random.nextLong(), random.nextLong());
        ProducerRecord<String, String> record = new ProducerRecord<>(
                TOPIC,
                id.toString(),
                "{\"jobId\":\"%s\",\"type\":\"%s\",\"parameters\":%s}".formatted(id, type, parameters));
        headers(id)
                .forEach((name, value) ->
                        record.headers().add(name, value.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        producer.send(record).get();
        requested.add(id);
    }

    private Map<String, String> headers(UUID id) {
        Map<String, String> headers = new HashMap<>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", id.toString());
        headers.put("ce_source", "crash-test");
        headers.put("ce_type", "io.throughline.job.requested");
        headers.put("ce_time", java.time.Clock.systemUTC().instant().toString());
        headers.put("tenant", tenant.id().toString());
        return headers;
    }

    private void ask(String path, String body) {
        JsonNode accepted = fleet.client(tenant).post(path, body).path("data");
        requested.add(UUID.fromString(accepted.path("jobId").asText()));
    }

    @Override
    public void close() {
        producer.close();
    }
}
