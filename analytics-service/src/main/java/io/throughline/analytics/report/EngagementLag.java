package io.throughline.analytics.report;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.throughline.events.Topics;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * How far the figures of all replicas are behind the topic of events: the age of the oldest event that no replica has
 * counted. Measured beside the requests, which only look at the last result: two small requests to the broker every 5 s,
 * and a third for one record of each partition that is behind. It reads the group's offsets and is no member of it.
 */
@Singleton
class EngagementLag {

    private static final Logger LOG = Logger.getLogger(EngagementLag.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final String bootstrapServers;
    private final String group;
    private final Clock clock;
    private volatile Measured last = Measured.NOTHING;
    private Thread thread;

    EngagementLag(
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            @ConfigProperty(name = "quarkus.application.name") String group,
            Clock clock) {
        this.bootstrapServers = bootstrapServers;
        this.group = group;
        this.clock = clock;
    }

    /** @param oldest when the oldest event that is not counted was sent; null: all are counted */
    private record Measured(boolean known, Instant oldest) {
        private static final Measured NOTHING = new Measured(false, null);
        private static final Measured LEVEL = new Measured(true, null);
    }

    /** 0: level with the topic, as last seen; empty: not known. */
    OptionalLong behindSeconds() {
        Measured now = last;
        if (!now.known()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                now.oldest() == null
                        ? 0
                        : Math.max(
                                0,
                                Duration.between(now.oldest(), clock.instant()).toSeconds()));
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("engagement-lag").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
                    follow(consumer);
                } catch (KafkaException e) {
                    LOG.debugf("The lag is not known; reason=%s", e.getMessage());
                }
                last = Measured.NOTHING;
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            LOG.debug("The lag is not measured any more");
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        group,
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest",
                        "default.api.timeout.ms",
                        (int) PATIENCE.toMillis(),
                        "request.timeout.ms",
                        (int) PATIENCE.toMillis(),
                        // One record is enough, and a broker sends at least that.
                        "max.partition.fetch.bytes",
                        1),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        try {
            while (true) {
                last = measure(consumer);
                Thread.sleep(PAUSE);
            }
        } catch (InterruptException e) {
            throw new InterruptedException();
        }
    }

    private static Measured measure(KafkaConsumer<byte[], byte[]> consumer) {
        Set<TopicPartition> partitions = consumer.partitionsFor(Topics.ENGAGEMENT_EVENTS).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
        Map<TopicPartition, Long> behind = new HashMap<>();
        consumer.endOffsets(partitions).forEach((partition, end) -> {
            OffsetAndMetadata reached = committed.get(partition);
            long next = reached == null ? 0 : reached.offset();
            if (next < end) {
                behind.put(partition, next);
            }
        });
        return behind.isEmpty() ? Measured.LEVEL : oldest(consumer, behind);
    }

    /** The first record that is not counted, of each partition; unknown if one of them cannot be read in time. */
    private static Measured oldest(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> behind) {
        consumer.assign(behind.keySet());
        behind.forEach(consumer::seek);
        Set<TopicPartition> unread = new HashSet<>(behind.keySet());
        long oldest = Long.MAX_VALUE;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!unread.isEmpty() && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(200))) {
                oldest = Math.min(oldest, each.timestamp());
                TopicPartition partition = new TopicPartition(each.topic(), each.partition());
                unread.remove(partition);
                consumer.pause(Set.of(partition));
            }
        }
        consumer.unsubscribe();
        return unread.isEmpty() ? new Measured(true, Instant.ofEpochMilli(oldest)) : Measured.NOTHING;
    }
}
