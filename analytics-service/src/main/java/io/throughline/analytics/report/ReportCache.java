package io.throughline.analytics.report;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.value.ValueCommands;
import io.throughline.platform.monitor.MonitorSection;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Reports in Redis, each under a key that holds the version of its figures: a change makes the key a new one, so nothing
 * is ever invalidated, only forgotten. Redis being away is a miss, never an error; after a fault nobody asks it for 2 s,
 * so a Redis that hangs does not cost every request its time-out.
 */
@Singleton
class ReportCache implements MonitorSection {

    private static final Logger LOG = Logger.getLogger(ReportCache.class);
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final Duration REST = Duration.ofSeconds(2);

    private final ValueCommands<String, String> redis;
    private final Clock clock;
    private final Counter hits;
    private final Counter misses;
    private volatile Instant restsUntil = Instant.MIN;

    ReportCache(RedisDataSource redis, Clock clock, MeterRegistry meters) {
        this.redis = redis.value(String.class);
        this.clock = clock;
        this.hits = meters.counter("throughline.report.cache", "outcome", "hit");
        this.misses = meters.counter("throughline.report.cache", "outcome", "miss");
    }

    Optional<String> find(String key) {
        Optional<String> found = peek(key);
        (found.isPresent() ? hits : misses).increment();
        return found;
    }

    /** As {@link #find}, but counts neither hit nor miss: for a second look. */
    Optional<String> peek(String key) {
        if (rests()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(redis.get(key));
        } catch (RuntimeException e) {
            rest(e);
            return Optional.empty();
        }
    }

    void keep(String key, String report) {
        if (!rests()) {
            try {
                redis.setex(key, KEPT.toSeconds(), report);
            } catch (RuntimeException e) {
                rest(e);
            }
        }
    }

    private boolean rests() {
        return clock.instant().isBefore(restsUntil);
    }

    private void rest(RuntimeException failure) {
        restsUntil = clock.instant().plus(REST);
        LOG.warnf("Redis does not answer, reports are computed; reason=%s", failure.getMessage());
    }

    @Override
    public String name() {
        return "report-cache";
    }

    @Override
    public Map<String, Object> figures() {
        double asked = hits.count() + misses.count();
        return Map.of(
                "hits",
                (long) hits.count(),
                "misses",
                (long) misses.count(),
                "ratio",
                asked == 0 ? 0.0 : hits.count() / asked,
                "available",
                !rests());
    }
}
