package io.throughline.platform.events;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Follows a whole compacted topic from its beginning, in every replica, without a consumer group. Handed to the reader
 * in order per key; tombstones have a null value.
 */
public final class CompactedTopic implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(CompactedTopic.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String topic;
    private final String bootstrapServers;
    private final Consumer<ConsumerRecord<String, byte[]>> reader;
    private final Thread thread;
    private volatile boolean caughtUp;
    private volatile boolean closed;
    private volatile KafkaConsumer<String, byte[]> reading;

    public CompactedTopic(String topic, String bootstrapServers, Consumer<ConsumerRecord<String, byte[]>> reader) {
        this.topic = topic;
        this.bootstrapServers = bootstrapServers;
        this.reader = reader;
        this.thread = Thread.ofPlatform().daemon().name("follow-" + topic).unstarted(this::follow);
    }

    public void start() {
        thread.start();
    }

    /** Whether everything that was there at the start has been read once. */
    public boolean caughtUp() {
        return caughtUp;
    }

    private void follow() {
        while (!closed) {
            try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                    Map.of(
                            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            bootstrapServers,
                            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                            false,
                            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                            500,
                            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                            false,
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                            "earliest"),
                    new StringDeserializer(),
                    new ByteArrayDeserializer())) {
                read(consumer);
            } catch (WakeupException | InterruptException e) {
                closed = true;
            } catch (KafkaException e) {
                LOG.warnf("Cannot follow topic; topic=%s reason=%s", topic, e.getMessage());
                pause();
            }
        }
    }

    private void read(KafkaConsumer<String, byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic, Duration.ofSeconds(10)).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("the topic does not exist");
        }
        reading = consumer;
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        while (!closed) {
            if (!caughtUp) {
                ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
                caughtUp = ends.isEmpty();
            }
            for (ConsumerRecord<String, byte[]> changed : consumer.poll(Duration.ofMillis(500))) {
                accept(changed);
            }
        }
    }

    private void accept(ConsumerRecord<String, byte[]> changed) {
        try {
            reader.accept(changed);
        } catch (java.io.UncheckedIOException e) {
            LOG.errorf(
                    "Unreadable record skipped; topic=%s partition=%d offset=%d reason=%s",
                    topic, changed.partition(), changed.offset(), e.getMessage());
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_AFTER);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        KafkaConsumer<String, byte[]> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
    }
}
