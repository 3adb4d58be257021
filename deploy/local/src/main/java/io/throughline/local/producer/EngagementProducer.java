package io.throughline.local.producer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Arguments: gateway URL, API key, tenant, Kafka bootstrap servers, instance, seed, file for the expected figures.
 * Knows of the suite only what its public contract says; shares no code with it.
 */
public final class EngagementProducer {

    private static final String TOPIC = "engagement.events.v1";
    private static final Logger ROOT = LogManager.getLogManager().getLogger("");
    private static final ObjectMapper JSON = new ObjectMapper();

    private EngagementProducer() {}

    public static void main(String[] arguments) throws Exception {
        ROOT.setLevel(Level.SEVERE);
        List<UUID> enrollments = enrollments(arguments[0], arguments[1], arguments[4]);
        long seed = Long.parseLong(arguments[5]);
        EngagementPlan plan = EngagementPlan.draw(enrollments, seed, Instant.now());
        System.out.printf(
                "     %d enrollments, seed %d: %d events, published as %d messages, shuffled%n",
                enrollments.size(), seed, plan.distinctEvents(), plan.messages().size());
        publish(plan, arguments[2], arguments[3], arguments[4]);
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("seed", seed);
        summary.put("distinctEvents", plan.distinctEvents());
        summary.put("messages", plan.messages().size());
        summary.put("events", plan.counts());
        summary.put("oneReplied", plan.oneReplied());
        JSON.writeValue(Path.of(arguments[6]).toFile(), summary);
    }

    private static List<UUID> enrollments(String url, String key, String instance)
            throws IOException, InterruptedException {
        List<UUID> found = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String cursor = "";
            do {
                HttpRequest request = HttpRequest.newBuilder(URI.create(
                                url + "/api/campaigns/instances/" + instance + "/enrollments?limit=200" + cursor))
                        .header("X-API-Key", key)
                        .timeout(Duration.ofSeconds(30))
                        .build();
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() != 200) {
                    throw new IOException(
                            "enrollments could not be read: " + response.statusCode() + " " + response.body());
                }
                JsonNode page = JSON.readTree(response.body());
                page.path("data")
                        .forEach(enrollment ->
                                found.add(UUID.fromString(enrollment.path("id").asText())));
                String next = page.path("page").path("next").asText(null);
                cursor = next == null ? null : "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
            } while (cursor != null);
        }
        return found;
    }

    private static void publish(EngagementPlan plan, String tenant, String bootstrapServers, String instance)
            throws IOException {
        AtomicReference<Exception> failure = new AtomicReference<>();
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                5);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            for (EngagementPlan.Message message : plan.messages()) {
                producer.send(message(message, tenant, instance), (written, failed) -> {
                    if (failed != null) {
                        failure.compareAndSet(null, failed);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new IOException("not every event was accepted", failure.get());
        }
    }

    private static ProducerRecord<String, byte[]> message(
            EngagementPlan.Message message, String tenant, String instance) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("instanceId", instance);
        body.put("enrollmentId", message.enrollment().toString());
        body.put("channel", "email");
        body.put("eventType", message.type());
        body.put("stepNumber", 1);
        body.put("occurredAt", message.occurredAt().toString());
        body.put("metadata", Map.of());
        var written = new ProducerRecord<>(TOPIC, message.enrollment().toString(), JSON.writeValueAsBytes(body));
        Map.of(
                        "ce_specversion",
                        "1.0",
                        "ce_id",
                        message.id().toString(),
                        "ce_source",
                        "demo/engagement-producer",
                        "ce_type",
                        "io.throughline.engagement",
                        "ce_time",
                        message.occurredAt().toString(),
                        "tenant",
                        tenant)
                .forEach((name, value) -> written.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return written;
    }
}
