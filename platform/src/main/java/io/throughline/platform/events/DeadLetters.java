package io.throughline.platform.events;

import io.throughline.events.EventHeaders;
import io.throughline.events.Topic;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Parks a record that can't be accepted on {@code <topic>.dlq}, as it was, with the reason and where it came from. */
@Singleton
public class DeadLetters {

    private static final Logger LOG = Logger.getLogger(DeadLetters.class);
    private final KafkaProducer<String, byte[]> producer;

    DeadLetters(@ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Topic.LARGEST_DEAD_LETTER_BYTES,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        10_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Returns when the broker has it, so that the offset may be committed. */
    void park(ConsumerRecord<String, byte[]> origin, String reason) {
        ProducerRecord<String, byte[]> letter =
                new ProducerRecord<>(origin.topic() + ".dlq", null, origin.key(), origin.value(), origin.headers());
        header(letter, EventHeaders.DLQ_REASON, reason);
        header(letter, EventHeaders.DLQ_TOPIC, origin.topic());
        header(letter, EventHeaders.DLQ_PARTITION, Integer.toString(origin.partition()));
        header(letter, EventHeaders.DLQ_OFFSET, Long.toString(origin.offset()));
        try {
            producer.send(letter).get();
            LOG.warnf(
                    "Record parked; topic=%s partition=%d offset=%d reason=%s",
                    origin.topic(), origin.partition(), origin.offset(), reason);
        } catch (ExecutionException e) {
            throw new KafkaException("cannot park a record of " + origin.topic(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while parking a record of " + origin.topic(), e);
        }
    }

    private static void header(ProducerRecord<String, byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
