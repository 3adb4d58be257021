package io.throughline.system.workers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A tenant and a key of its, made known as campaign-service does: by a record of {@code account.keys.v1}. */
record Tenant(UUID id, String apiKey) {

    static Tenant introduce(String bootstrapServers) throws Exception {
        Tenant tenant = new Tenant(UUID.randomUUID(), "tlk_" + UUID.randomUUID());
        UUID key = UUID.randomUUID();
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(tenant.apiKey().getBytes(StandardCharsets.UTF_8)));
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("account.keys.v1", key.toString(), """
                            {"keyId":"%s","tenantId":"%s","userId":"%s","name":"test","keyHash":"%s",
                             "scopes":["read","write"],"expiresAt":null}""".formatted(
                                    key, tenant.id(), UUID.randomUUID(), hash)))
                    .get();
        }
        return tenant;
    }

    boolean isKnownTo(Replica replica) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(replica.url() + "/api/jobs"))
                    .header("X-API-Key", apiKey)
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        }
    }
}
