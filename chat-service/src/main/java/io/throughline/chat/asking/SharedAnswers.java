package io.throughline.chat.asking;

import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.value.ValueCommands;
import io.throughline.chat.asking.AnswerCache.Kept;
import io.throughline.chat.conversation.Sealing;
import io.throughline.platform.events.Json;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The answers all replicas have, in Redis, sealed as conversations are. Redis being away is a miss, never an error; after a
 * fault nobody asks it for 2 s, so a Redis that hangs does not cost every question its time-out.
 */
@Singleton
class SharedAnswers {

    private static final Logger LOG = Logger.getLogger(SharedAnswers.class);
    private static final Duration REST = Duration.ofSeconds(2);

    private final ValueCommands<String, String> redis;
    private final Sealing sealing;
    private final Json json;
    private final Clock clock;
    private volatile Instant restsUntil = Instant.MIN;

    SharedAnswers(RedisDataSource redis, Sealing sealing, Json json, Clock clock) {
        this.redis = redis.value(String.class);
        this.sealing = sealing;
        this.json = json;
        this.clock = clock;
    }

    Optional<Kept> find(String key, UUID tenant) {
        return Optional.ofNullable(unlessAway(() -> redis.get(key))).map(value -> opened(value, tenant));
    }

    void keep(String key, UUID tenant, Kept kept, Duration good) {
        String value = Base64.getEncoder().encodeToString(sealing.seal(json.text(kept), tenant));
        unlessAway(() -> {
            redis.setex(key, Math.max(1, good.toSeconds()), value);
            return null;
        });
    }

    private Kept opened(String value, UUID tenant) {
        byte[] stored = Base64.getDecoder().decode(value.getBytes(StandardCharsets.US_ASCII));
        return json.read(sealing.open(stored, tenant), Kept.class);
    }

    boolean available() {
        return !clock.instant().isBefore(restsUntil);
    }

    private String unlessAway(Supplier<String> call) {
        if (!available()) {
            return null;
        }
        try {
            return call.get();
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted while Redis was asked");
            }
            restsUntil = clock.instant().plus(REST);
            LOG.warnf("Redis does not answer, answers are kept here only; reason=%s", e.getMessage());
            return null;
        }
    }
}
