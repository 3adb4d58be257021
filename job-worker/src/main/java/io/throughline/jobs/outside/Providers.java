package io.throughline.jobs.outside;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.datasource.RedisDataSource;
import io.throughline.platform.events.Json;
import io.throughline.platform.monitor.MonitorSection;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All providers that are configured. Their figures: quota and today's cost are of all replicas. */
@Singleton
public class Providers implements MonitorSection {

    private record Watched(
            Provider provider,
            OutsideSettings.Provider settings,
            SharedQuota shared,
            LocalQuota local,
            Circuit circuit) {}

    private final Map<String, Watched> byName = new TreeMap<>();

    Providers(OutsideSettings settings, RedisDataSource redis, Clock clock, Json json, MeterRegistry meters) {
        settings.providers().forEach((name, each) -> {
            if (each.url().filter(url -> !url.isBlank()).isPresent()) {
                byName.put(name, watched(name, each, redis, clock, json, meters));
            }
        });
    }

    private static Watched watched(
            String name,
            OutsideSettings.Provider settings,
            RedisDataSource redis,
            Clock clock,
            Json json,
            MeterRegistry meters) {
        SharedQuota shared = new SharedQuota(name, redis, settings, clock);
        LocalQuota local = new LocalQuota(settings.limit(), settings.window(), clock);
        Circuit circuit = new Circuit(name, settings);
        SecureRandom random = new SecureRandom();
        Provider provider = new Provider(
                settings,
                new Quota(settings, local, shared, clock, random),
                circuit,
                new Exchange(name, settings, json),
                new CallMeters(name, meters, local::used),
                clock,
                random);
        return new Watched(provider, settings, shared, local, circuit);
    }

    /** Empty: {@code throughline.outside.<name>.url} is not set. */
    public Optional<Provider> named(String name) {
        return Optional.ofNullable(byName.get(name)).map(Watched::provider);
    }

    @Override
    public String name() {
        return "outside";
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, Object> figures = new TreeMap<>();
        byName.forEach((name, watched) -> figures.put(name, figures(watched)));
        return figures;
    }

    private static Map<String, Object> figures(Watched watched) {
        Optional<SharedQuota.Standing> standing = watched.shared().look();
        Map<String, Object> figures = new TreeMap<>();
        figures.put("shared", standing.isPresent());
        figures.put("limit", watched.settings().limit());
        figures.put("windowSeconds", watched.settings().window().toMillis() / 1000.0);
        figures.put("used", standing.map(SharedQuota.Standing::used).orElse((long)
                watched.local().used()));
        figures.put("concurrency", watched.settings().concurrency());
        figures.put("underWay", standing.map(SharedQuota.Standing::underWay).orElse(null));
        figures.put(
                "pauseSeconds",
                standing.map(SharedQuota.Standing::pause)
                        .map(Duration::toMillis)
                        .map(millis -> millis / 1000.0)
                        .orElse(null));
        figures.put("circuit", watched.circuit().state());
        figures.put("callsToday", standing.map(SharedQuota.Standing::calls).orElse(null));
        figures.put(
                "costToday",
                standing.map(SharedQuota.Standing::cost)
                        .map(BigDecimal::stripTrailingZeros)
                        .map(BigDecimal::toPlainString)
                        .map(BigDecimal::new)
                        .orElse(null));
        return figures;
    }

    @PreDestroy
    void close() {
        byName.values().forEach(watched -> watched.provider().close());
    }
}
