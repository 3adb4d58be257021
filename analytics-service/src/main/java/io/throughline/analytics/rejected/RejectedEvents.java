package io.throughline.analytics.rejected;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.EventHeaders;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Keeps what is parked on {@code engagement.events.v1.dlq}, whoever parked it, once per record of the topic it came from.
 * A letter that does not tell its origin is left on the topic.
 */
@ApplicationScoped
class RejectedEvents {

    private static final Logger LOG = Logger.getLogger(RejectedEvents.class);

    private final Batches batches;
    private final Sql sql;
    private final Json json;

    RejectedEvents(Batches batches, Sql sql, Json json) {
        this.batches = batches;
        this.sql = sql;
        this.json = json;
    }

    private record Letter(
            UUID id,
            UUID tenantId,
            String topic,
            int partition,
            long offset,
            String key,
            String headers,
            byte[] value,
            String reason,
            Instant rejectedAt) {}

    @Incoming("rejected-events")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        List<Letter> letters = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> each : records) {
            try {
                letters.add(letter(each));
            } catch (IllegalArgumentException unreadable) {
                LOG.warnf("Letter does not tell its origin; partition=%d offset=%d", each.partition(), each.offset());
            }
        }
        batches.insist(() -> keep(letters));
    }

    private Letter letter(ConsumerRecord<String, byte[]> each) {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : each.headers()) {
            if (header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        if (!headers.containsKey(EventHeaders.DLQ_TOPIC)) {
            throw new IllegalArgumentException(EventHeaders.DLQ_TOPIC);
        }
        Map<String, String> sent = new TreeMap<>(headers);
        sent.keySet().removeIf(name -> name.startsWith("dlq-"));
        return new Letter(
                Ids.next(),
                tenant(headers.get(EventHeaders.TENANT)),
                headers.get(EventHeaders.DLQ_TOPIC),
                Integer.parseInt(headers.get(EventHeaders.DLQ_PARTITION)),
                Long.parseLong(headers.get(EventHeaders.DLQ_OFFSET)),
                withoutNul(each.key()),
                json.text(sent),
                each.value(),
                withoutNul(headers.getOrDefault(EventHeaders.DLQ_REASON, "unknown")),
                Instant.ofEpochMilli(each.timestamp()));
    }

    /** PostgreSQL's text holds every character but this one. */
    private static String withoutNul(String text) {
        return text == null ? null : text.replace("\u0000", "\uFFFD");
    }

    private static UUID tenant(String header) {
        try {
            return header == null ? null : UUID.fromString(header);
        } catch (IllegalArgumentException notATenant) {
            return null;
        }
    }

    private void keep(List<Letter> letters) {
        sql.update(
                """
                INSERT INTO rejected_event (id, tenant_id, origin_topic, origin_partition, origin_offset, record_key,
                                            headers, value, reason, rejected_at)
                SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT ON CONSTRAINT rejected_event_is_kept_once DO NOTHING
                """,
                Sql.column("uuid", letters, Letter::id),
                Sql.column("uuid", letters, Letter::tenantId),
                Sql.column("text", letters, Letter::topic),
                Sql.column("integer", letters, Letter::partition),
                Sql.column("bigint", letters, Letter::offset),
                Sql.column("text", letters, Letter::key),
                Sql.column("text", letters, Letter::headers),
                Sql.column("bytea", letters, Letter::value),
                Sql.column("text", letters, Letter::reason),
                Sql.column("timestamptz", letters, Letter::rejectedAt));
    }
}
