package io.throughline.analytics.rejected;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Sends rejected records again, byte for byte, which the outbox can't. They are marked after the broker has them; a crash
 * between the two sends them once more, which counts nothing twice.
 */
@Singleton
class Replay {

    private final Sql sql;
    private final Json json;
    private final KafkaProducer<String, byte[]> producer;

    Replay(Sql sql, Json json, @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.sql = sql;
        this.json = json;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        10_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** @return how many of the ids are the tenant's; those are on their topic again */
    int send(UUID tenant, List<UUID> ids) {
        List<ProducerRecord<String, byte[]>> records = sql.list(
                """
                SELECT origin_topic, record_key, headers, value
                FROM rejected_event WHERE id = ANY (?) AND tenant_id = ? ORDER BY id
                """,
                row -> record(
                        row.text("origin_topic"), row.text("record_key"), row.text("headers"), row.bytes("value")),
                Sql.array("uuid", ids),
                tenant);
        List<Future<?>> sent = new ArrayList<>();
        records.forEach(each -> sent.add(producer.send(each)));
        sent.forEach(Replay::await);
        sql.update(
                "UPDATE rejected_event SET replayed_at = now() WHERE id = ANY (?) AND tenant_id = ?",
                Sql.array("uuid", ids),
                tenant);
        return records.size();
    }

    private ProducerRecord<String, byte[]> record(String topic, String key, String headers, byte[] value) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, value);
        json.read(headers, new TypeReference<Map<String, String>>() {})
                .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private static void await(Future<?> sending) {
        try {
            sending.get();
        } catch (ExecutionException e) {
            throw new Problem(CommonErrors.UNAVAILABLE, "The broker did not take the events; try again.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
