package io.throughline.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A system beside ours that speaks Kafka by the documentation alone. */
final class OtherSystem {

    private static final String TOPIC = "engagement.events.v1";

    private final String bootstrapServers;
    private final String tenant;

    OtherSystem(String bootstrapServers, String tenant) {
        this.bootstrapServers = bootstrapServers;
        this.tenant = tenant;
    }

    void publish(String instance, List<Engagement.Event> events) throws ExecutionException, InterruptedException {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 5),
                new StringSerializer(),
                new StringSerializer())) {
            List<Future<RecordMetadata>> sent = events.stream()
                    .map(event -> producer.send(toRecord(instance, event)))
                    .toList();
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    /** Enrollments whose {@code sent} event of step 1 is on the topic. */
    Set<String> sentEnrollments(String instance) throws JsonProcessingException {
        Set<String> enrollments = new HashSet<>();
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
                for (ConsumerRecord<String, String> record : consumer.poll(java.time.Duration.ofMillis(200))) {
                    JsonNode event = Client.JSON.readTree(record.value());
                    if (event.path("eventType").asText().equals("sent")
                            && event.path("instanceId").asText().equals(instance)) {
                        enrollments.add(record.key());
                    }
                }
            }
        }
        return enrollments;
    }

    private ProducerRecord<String, String> toRecord(String instance, Engagement.Event event) {
        ProducerRecord<String, String> message = new ProducerRecord<>(TOPIC, event.enrollmentId(), """
                {"instanceId":"%s","enrollmentId":"%s","channel":"email","eventType":"%s","stepNumber":%d,
                 "occurredAt":"%s","metadata":{}}""".formatted(
                        instance, event.enrollmentId(), event.type(), event.step(), event.occurredAt()));
        Map.of(
                        "ce_specversion",
                        "1.0",
                        "ce_id",
                        event.id(),
                        "ce_source",
                        "system-test/" + instance,
                        "ce_type",
                        "io.throughline.engagement",
                        "ce_time",
                        event.occurredAt().toString(),
                        "tenant",
                        tenant)
                .forEach((name, value) -> message.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return message;
    }
}
