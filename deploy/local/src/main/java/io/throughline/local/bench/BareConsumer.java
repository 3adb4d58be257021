package io.throughline.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.throughline.events.Topics;
import io.throughline.local.stack.StackFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What reading costs alone: every event of an instance fetched and its JSON parsed, nothing kept. */
final class BareConsumer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ObjectMapper json = new ObjectMapper();
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<TopicPartition> partitions;

    BareConsumer(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        2000),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        partitions = consumer.partitionsFor(Topics.ENGAGEMENT_EVENTS).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
    }

    /** Where the topic ends now: the next record's offset of each partition. */
    Map<TopicPartition, Long> ends() {
        return consumer.endOffsets(partitions);
    }

    /** @param from offsets before the first event */
    Duration read(Map<TopicPartition, Long> from, DrawnEvents events) throws IOException {
        from.forEach(consumer::seek);
        String instance = events.instance().toString();
        long began = System.nanoTime();
        long read = 0;
        while (read < events.count()) {
            ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(200));
            for (ConsumerRecord<String, byte[]> message : records) {
                JsonNode event = json.readTree(message.value());
                if (event.path("instanceId").asText().equals(instance)) {
                    read++;
                }
            }
            if (records.isEmpty() && System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new StackFailure(
                        "Only %d of %d events are on the topic.".formatted(read, events.count()),
                        "./throughline logs kafka");
            }
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
