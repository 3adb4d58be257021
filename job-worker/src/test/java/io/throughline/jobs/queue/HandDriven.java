package io.throughline.jobs.queue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.throughline.platform.events.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Workers of a test's own beside the service's. */
final class HandDriven {

    static final Settings PATIENT =
            new Settings(Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ZERO, Map.of());

    private HandDriven() {}

    record Settings(Duration lease, Duration poll, Duration grace, Map<String, Integer> tenantConcurrency)
            implements WorkerSettings {
        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public Duration heartbeat() {
            return Duration.ofSeconds(5);
        }

        @Override
        public Duration keptFor() {
            return Duration.ofDays(30);
        }

        @Override
        public Map<String, Integer> concurrency() {
            return Map.of();
        }
    }

    static Worker worker(String name, Settings settings, Leases leases, Json json, Probe... types) {
        return worker(name, settings, leases, json, new JobMeters(new SimpleMeterRegistry()), types);
    }

    static Worker worker(String name, Settings settings, Leases leases, Json json, JobMeters meters, Probe... types) {
        return new Worker(
                name,
                leases,
                new Runs(json, new Backoff(new Random(7))),
                json,
                settings,
                meters,
                Clock.systemUTC(),
                List.of(types));
    }
}
