package io.throughline.jobs.outreach;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.jobs.outreach.WithheldStore.End;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.InboundEvent.Rejection;
import io.throughline.platform.events.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Who has replied, or was taken out, gets nothing more of what was planned before: {@code enrollment.changes.v1}, of which only
 * ends are looked at. One statement a batch with ends, none without. A message that comes after its enrollment's end is not
 * recognised; nothing is kept of enrollments here.
 */
@ApplicationScoped
class EndedEnrollments {

    private static final Set<String> ENDS = Set.of("completed", "replied", "bounced", "unsubscribed", "failed");

    private final Batches batches;
    private final Json json;
    private final WithheldStore messages;

    EndedEnrollments(Batches batches, Json json, WithheldStore messages) {
        this.batches = batches;
        this.json = json;
        this.messages = messages;
    }

    @Incoming("enrollment-changes")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, events -> {
            List<End> ends = events.stream()
                    .map(event -> end(event, read(event)))
                    .filter(end -> ENDS.contains(end.status()))
                    .toList();
            if (!ends.isEmpty()) {
                messages.leaveOut(ends);
            }
        });
    }

    private static End end(InboundEvent event, EnrollmentChanged change) {
        return new End(event.tenantId(), change.enrollmentId(), change.status(), change.reason(), change.occurredAt());
    }

    private EnrollmentChanged read(InboundEvent event) {
        EnrollmentChanged change = event.value(json, EnrollmentChanged.class);
        if (change.enrollmentId() == null || change.status() == null || change.occurredAt() == null) {
            throw new Rejection("incomplete", "enrollmentId, status or occurredAt is missing");
        }
        return change;
    }
}
