package io.throughline.jobs.push;

import io.throughline.events.Topics;
import io.throughline.events.account.ApiKeyRecord;
import io.throughline.platform.events.CompactedTopic;
import io.throughline.platform.events.Json;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keys that are deleted or expire while streams opened with them are still open. {@code KeyDirectory} answers for a key
 * as it is presented; a stream presented its key, or a ticket, long ago.
 */
@Singleton
class GoneKeys {

    private final Map<UUID, Instant> expiries = new ConcurrentHashMap<>();
    private final Json json;
    private final CompactedTopic topic;
    private volatile Consumer<UUID> gone = keyId -> {};

    GoneKeys(Json json, @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.json = json;
        this.topic = new CompactedTopic(Topics.ACCOUNT_KEYS, bootstrapServers, this::accept);
    }

    void start(Consumer<UUID> whenGone) {
        gone = whenGone;
        topic.start();
    }

    /** From when on it is worth nothing: long ago when it was deleted, the end of time when it does not expire. */
    Instant expiry(UUID keyId) {
        return expiries.getOrDefault(keyId, Instant.MAX);
    }

    private void accept(ConsumerRecord<String, byte[]> changed) {
        UUID keyId = UUID.fromString(changed.key());
        if (changed.value() == null) {
            expiries.put(keyId, Instant.EPOCH);
            gone.accept(keyId);
            return;
        }
        Instant expiresAt = json.read(changed.value(), ApiKeyRecord.class).expiresAt();
        if (expiresAt != null) {
            expiries.put(keyId, expiresAt);
        }
    }

    @PreDestroy
    void close() {
        topic.close();
    }
}
