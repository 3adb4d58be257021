package io.throughline.local.bench;

import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes drawn events as fast as the broker acknowledges them on every replica: large batches. */
final class EventFeed implements AutoCloseable {

    private final KafkaProducer<String, byte[]> producer;

    EventFeed(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        20,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** @param took from the first send to the last acknowledgement */
    record Published(long events, Duration took) {}

    /** All of them. @return from the first send to the last acknowledgement */
    Duration publish(DrawnEvents events) {
        return publish(events, events.iterator(), Long.MAX_VALUE).took();
    }

    /** The next of them. */
    Published publish(DrawnEvents events, Iterator<DrawnEvents.Event> rest, long most) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        byte[] tenant = bytes(events.tenant().toString());
        long began = System.nanoTime();
        long sent = 0;
        for (; rest.hasNext() && sent < most; sent++) {
            producer.send(message(rest.next(), events.instance(), tenant), (written, failed) -> {
                if (failed != null) {
                    failure.compareAndSet(null, failed);
                }
            });
        }
        producer.flush();
        if (failure.get() != null) {
            throw new IllegalStateException("not every event was accepted", failure.get());
        }
        return new Published(sent, Duration.ofNanos(System.nanoTime() - began));
    }

    private static ProducerRecord<String, byte[]> message(DrawnEvents.Event event, UUID instance, byte[] tenant) {
        String enrollment = event.enrollment().toString();
        String occurredAt = event.occurredAt().toString();
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(
                Topics.ENGAGEMENT_EVENTS,
                enrollment,
                bytes("{\"instanceId\":\"" + instance + "\",\"enrollmentId\":\"" + enrollment + "\",\"channel\":\""
                        + DrawnEvents.CHANNEL + "\",\"eventType\":\"" + event.type() + "\",\"stepNumber\":"
                        + event.step() + ",\"occurredAt\":\"" + occurredAt + "\",\"metadata\":" + event.metadata()
                        + "}"));
        message.headers()
                .add(EventHeaders.SPEC_VERSION, bytes("1.0"))
                .add(EventHeaders.ID, bytes(event.id().toString()))
                .add(EventHeaders.SOURCE, bytes(DrawnEvents.SOURCE))
                .add(EventHeaders.TYPE, bytes(EngagementEvent.TYPE))
                .add(EventHeaders.TIME, bytes(occurredAt))
                .add(EventHeaders.TENANT, tenant);
        return message;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close();
    }
}
