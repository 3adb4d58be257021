package io.throughline.jobs.outside;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What Prometheus is told of one provider's calls by this replica. */
final class CallMeters {

    private final String provider;
    private final MeterRegistry registry;
    private final Counter cost;
    private final Counter retries;
    private final Counter putOff;

    CallMeters(String provider, MeterRegistry registry, Supplier<Number> used) {
        this.provider = provider;
        this.registry = registry;
        this.cost = registry.counter("throughline.outside.cost", "provider", provider);
        this.retries = registry.counter("throughline.outside.retries", "provider", provider);
        this.putOff = registry.counter("throughline.outside.put.off", "provider", provider);
        Gauge.builder("throughline.outside.quota.used", used)
                .tag("provider", provider)
                .description("Calls of this replica that count in the window")
                .strongReference(true)
                .register(registry);
    }

    void called(Provider.Meaning meaning, long nanos) {
        registry.timer(
                        "throughline.outside.calls",
                        "provider",
                        provider,
                        "outcome",
                        meaning.name().toLowerCase(Locale.ROOT))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    void cost(BigDecimal amount) {
        cost.increment(amount.doubleValue());
    }

    void retried() {
        retries.increment();
    }

    void putOff() {
        putOff.increment();
    }
}
