package io.throughline.platform.test;

import io.quarkus.arc.Arc;
import io.throughline.events.EventHeaders;
import io.throughline.platform.events.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;

/** The other side of Kafka in a test: a plain producer and a plain reader. */
public final class TestEvents {

    private static final String SOURCE = "test";

    private TestEvents() {}

    public static String bootstrapServers() {
        return ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
    }

    /** Publishes one binary CloudEvent and returns when the broker has it. The value null is a tombstone. */
    public static void publish(String topic, String key, String type, String id, UUID tenantId, Object value) {
        publish(List.of(event(topic, key, type, id, tenantId, value)));
    }

    /** A record as our producers make it, to be sent by {@link #publish(List)} or handed to a consumer by hand. */
    public static ProducerRecord<String, byte[]> event(
            String topic, String key, String type, String id, UUID tenantId, Object value) {
        ProducerRecord<String, byte[]> event =
                new ProducerRecord<>(topic, key, value == null ? null : json().bytes(value));
        header(event, EventHeaders.SPEC_VERSION, "1.0");
        header(event, EventHeaders.ID, id);
        header(event, EventHeaders.SOURCE, SOURCE);
        header(event, EventHeaders.TYPE, type);
        header(event, EventHeaders.TENANT, tenantId.toString());
        return event;
    }

    public static void publish(List<ProducerRecord<String, byte[]>> events) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers(), "acks", "all", "linger.ms", 5),
                new StringSerializer(),
                new ByteArraySerializer())) {
            var sent = events.stream().map(producer::send).toList();
            for (var each : sent) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot publish", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Everything on the topic now that the filter likes, from the beginning. Call it inside Awaitility to wait. */
    public static List<ConsumerRecord<String, byte[]>> read(
            String topic, Predicate<ConsumerRecord<String, byte[]>> filter) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers(), "enable.auto.commit", false, "max.poll.records", 5000),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> read = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(200))) {
                    if (filter.test(each)) {
                        read.add(each);
                    }
                }
            }
            return read;
        }
    }

    /** Null when the record has no such header. */
    public static String header(ConsumerRecord<String, byte[]> event, String name) {
        Header header = event.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static void header(ProducerRecord<String, byte[]> event, String name, String value) {
        event.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static Json json() {
        return Arc.container().instance(Json.class).get();
    }
}
