package io.throughline.system.workers;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.system.Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What {@code job.status.v1} says of jobs that came to a good end.
 *
 * @param eventIds of {@code job.completed}, by job
 * @param repeated records that told an event again: the topic is at least once, its events have ids
 */
record ToldEnds(Map<UUID, Set<Long>> eventIds, int repeated) {

    private static final String TOPIC = "job.status.v1";

    static ToldEnds read(String bootstrapServers, Tenant tenant) throws IOException {
        Map<UUID, Set<Long>> eventIds = new HashMap<>();
        int repeated = 0;
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false, "max.poll.records", 5000),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    JsonNode event = Client.JSON.readTree(record.value());
                    if (isOf(tenant, record) && event.path("type").asText().equals("job.completed")) {
                        Set<Long> ids = eventIds.computeIfAbsent(UUID.fromString(record.key()), any -> new HashSet<>());
                        repeated += ids.add(event.path("eventId").asLong()) ? 0 : 1;
                    }
                }
            }
        }
        return new ToldEnds(eventIds, repeated);
    }

    private static boolean isOf(Tenant tenant, ConsumerRecord<String, String> record) {
        byte[] value = record.headers().lastHeader("tenant").value();
        return new String(value, StandardCharsets.UTF_8).equals(tenant.id().toString());
    }
}
