package io.throughline.analytics.ingest;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes in {@code engagement.events.v1}. What breaks {@link EngagementRules} is parked; the rest of its batch counts. */
@ApplicationScoped
class EngagementConsumer {

    private final Batches batches;
    private final EngagementStore store;
    private final IngestFigures figures;
    private final Json json;
    private final Clock clock;

    EngagementConsumer(Batches batches, EngagementStore store, IngestFigures figures, Json json, Clock clock) {
        this.batches = batches;
        this.store = store;
        this.figures = figures;
        this.json = json;
        this.clock = clock;
    }

    @Incoming("engagement-events")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, this::count);
    }

    /** Reads everything before the first row is written, so that a bad record costs no rolled-back work. */
    void count(List<InboundEvent> events) {
        Instant now = clock.instant();
        List<Engagement> engagements =
                events.stream().map(event -> read(event, now)).toList();
        int fresh = store.add(engagements, now);
        figures.counted(fresh, events.size() - fresh);
    }

    private Engagement read(InboundEvent event, Instant now) {
        if (!EngagementRules.fitsKey(event.id()) || !EngagementRules.fitsKey(event.source())) {
            throw new InboundEvent.Rejection("invalid_key", "ce_id and ce_source need 1 to 256 printable characters");
        }
        EngagementReader.Read plain = EngagementReader.read(event.data());
        EngagementEvent data = plain == null ? event.value(json, EngagementEvent.class) : plain.event();
        List<EngagementRules.Violation> violations = EngagementRules.violations(data, now);
        if (!violations.isEmpty()) {
            throw new InboundEvent.Rejection(
                    "invalid_event",
                    violations.stream().map(EngagementRules.Violation::toString).collect(Collectors.joining("; ")));
        }
        String metadata = plain == null ? metadata(data) : plain.metadata();
        return new Engagement(
                event.tenantId(),
                event.source(),
                event.id(),
                data.instanceId(),
                data.enrollmentId(),
                data.channel(),
                data.eventType(),
                data.stepNumber() == null ? 0 : data.stepNumber(),
                Machines.did(data.eventType(), metadata),
                // PostgreSQL keeps microseconds and rounds: the last nanoseconds of a day would fall on the next one.
                data.occurredAt().truncatedTo(ChronoUnit.MICROS),
                metadata);
    }

    private String metadata(EngagementEvent data) {
        return data.metadata() == null || data.metadata().isEmpty() ? null : json.text(data.metadata());
    }
}
