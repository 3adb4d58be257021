package io.throughline.local.supervision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.throughline.events.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The tenant of the first key, read where every service reads it: the compacted topic of keys. */
final class FirstTenant {

    private static final ObjectMapper JSON = new ObjectMapper();

    private FirstTenant() {}

    static Optional<String> of(String apiKey, String bootstrapServers, Duration limit) {
        byte[] hash = HexFormat.of().formatHex(sha256(apiKey)).getBytes(StandardCharsets.US_ASCII);
        Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.ACCOUNT_KEYS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Instant deadline = Instant.now().plus(limit);
            while (Instant.now().isBefore(deadline)) {
                for (ConsumerRecord<byte[], byte[]> key : consumer.poll(Duration.ofMillis(200))) {
                    Optional<String> tenant = tenantOf(key.value(), hash);
                    if (tenant.isPresent()) {
                        return tenant;
                    }
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<String> tenantOf(byte[] value, byte[] hash) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            JsonNode key = JSON.readTree(value);
            boolean same = key.path("keyHash").asText().equals(new String(hash, StandardCharsets.US_ASCII));
            return same ? Optional.of(key.path("tenantId").asText()) : Optional.empty();
        } catch (IOException notOurs) {
            return Optional.empty();
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
