package io.throughline.jobs.outside;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.arc.Arc;
import io.quarkus.redis.datasource.RedisDataSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.throughline.platform.events.Json;
import io.throughline.platform.time.Ids;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** One replica's way to a provider, with settings of a test's own. */
final class Replica implements AutoCloseable {

    static final Provider.Pause SLEEPS = time -> Thread.sleep(time);

    final Providers providers;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final String name;

    Replica(String name, String url, String... settings) {
        this.name = name;
        this.providers = new Providers(
                settings(name, url, settings),
                bean(RedisDataSource.class),
                bean(Clock.class),
                bean(Json.class),
                meters);
    }

    /** The quota alone, as a replica uses it. */
    static SharedQuota shared(String name, String url, RedisDataSource redis, String... settings) {
        return new SharedQuota(
                name, redis, settings(name, url, settings).providers().get(name), bean(Clock.class));
    }

    private static OutsideSettings settings(String name, String url, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("url", url));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(OutsideSettings.class);
        all.forEach((key, value) -> builder.withDefaultValue("throughline.outside." + name + "." + key, value));
        return builder.build().getConfigMapping(OutsideSettings.class);
    }

    private static <T> T bean(Class<T> type) {
        return Arc.container().instance(type).get();
    }

    static String freshName() {
        return "p" + Ids.next();
    }

    Provider provider() {
        return providers.named(name).orElseThrow();
    }

    Answer call() throws InterruptedException {
        return call(Map.of());
    }

    Answer call(Map<String, String> parameters) throws InterruptedException {
        return provider().call(new Ask(parameters, "key", "key/1"), SLEEPS);
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> figures() {
        return (Map<String, Object>) providers.figures().get(name);
    }

    @Override
    public void close() {
        providers.close();
    }
}
