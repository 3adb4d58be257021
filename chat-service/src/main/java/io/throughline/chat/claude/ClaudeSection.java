package io.throughline.chat.claude;

import io.micrometer.core.instrument.MeterRegistry;
import io.throughline.platform.monitor.MonitorSection;
import jakarta.inject.Singleton;
import java.util.Map;

/** The calls to the provider that are under way, and the slots for them. */
@Singleton
class ClaudeSection implements MonitorSection {

    private final Slots slots;

    ClaudeSection(ModelSettings settings, MeterRegistry meters) {
        this.slots = new Slots(settings.concurrency(), settings.patience());
        meters.gauge("chat.provider.calls.under.way", slots, Slots::taken);
    }

    Slots slots() {
        return slots;
    }

    @Override
    public String name() {
        return "chat-provider";
    }

    @Override
    public Map<String, Object> figures() {
        return Map.of("underWay", slots.taken(), "most", slots.most(), "limit", slots.all());
    }
}
