package io.throughline.analytics.ingest;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes in {@code enrollment.changes.v1}: who is enrolled, and in which status. */
@ApplicationScoped
class EnrollmentConsumer {

    private static final Pattern STATUS = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    private final Batches batches;
    private final EnrollmentStore store;
    private final IngestFigures figures;
    private final Json json;

    EnrollmentConsumer(Batches batches, EnrollmentStore store, IngestFigures figures, Json json) {
        this.batches = batches;
        this.store = store;
        this.figures = figures;
        this.json = json;
    }

    @Incoming("enrollment-changes")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, this::follow);
    }

    void follow(List<InboundEvent> events) {
        List<EnrollmentStore.State> states = events.stream().map(this::read).toList();
        store.follow(states);
        figures.followed(states.size());
    }

    private EnrollmentStore.State read(InboundEvent event) {
        EnrollmentChanged change = event.value(json, EnrollmentChanged.class);
        if (change.enrollmentId() == null
                || change.instanceId() == null
                || change.status() == null
                || !STATUS.matcher(change.status()).matches()) {
            throw new InboundEvent.Rejection(
                    "invalid_event",
                    "enrollmentId, instanceId and a status matching " + STATUS.pattern() + " are needed");
        }
        return new EnrollmentStore.State(
                event.tenantId(), change.instanceId(), change.enrollmentId(), change.status(), change.version());
    }
}
