package io.throughline.platform.access;

import io.quarkus.runtime.Startup;
import io.throughline.events.Topics;
import io.throughline.events.account.ApiKeyRecord;
import io.throughline.platform.events.CompactedTopic;
import io.throughline.platform.events.Json;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** All API keys, in memory, kept current from {@code account.keys.v1}: a check is a hash and a look-up, never a call. */
@Startup
@Singleton
public class KeyDirectory {

    private final Map<String, ApiKeyRecord> byHash = new ConcurrentHashMap<>();
    private final Map<String, String> hashById = new ConcurrentHashMap<>();
    private final Json json;
    private final Clock clock;
    private final CompactedTopic topic;

    KeyDirectory(Json json, Clock clock, @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.json = json;
        this.clock = clock;
        this.topic = new CompactedTopic(Topics.ACCOUNT_KEYS, bootstrapServers, this::accept);
        topic.start();
    }

    /** The caller a key stands for; empty for an unknown, deleted or expired key. */
    public Optional<Caller> authenticate(String key) {
        if (key == null || key.isBlank()) {
            return Optional.empty();
        }
        ApiKeyRecord known = byHash.get(ApiKeys.hash(key));
        if (known == null || (known.expiresAt() != null && !known.expiresAt().isAfter(clock.instant()))) {
            return Optional.empty();
        }
        return Optional.of(new Caller(known.tenantId(), known.userId(), known.keyId(), Set.copyOf(known.scopes())));
    }

    private void accept(ConsumerRecord<String, byte[]> changed) {
        String old;
        if (changed.value() == null) {
            old = hashById.remove(changed.key());
        } else {
            ApiKeyRecord key = json.read(changed.value(), ApiKeyRecord.class);
            byHash.put(key.keyHash(), key);
            old = hashById.put(changed.key(), key.keyHash());
            if (key.keyHash().equals(old)) {
                return;
            }
        }
        if (old != null) {
            byHash.remove(old);
        }
    }

    /** Whether every key that existed when this replica started is known. */
    boolean complete() {
        return topic.caughtUp();
    }

    int size() {
        return byHash.size();
    }

    @PreDestroy
    void close() {
        topic.close();
    }
}
