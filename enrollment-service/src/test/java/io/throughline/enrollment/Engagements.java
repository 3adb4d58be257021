package io.throughline.enrollment;

import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.time.Ids;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What happens to the enrollments of one instance, as channels and other systems tell it. */
public record Engagements(UUID tenantId, UUID instanceId) {

    /** @param step null: no step is meant */
    public ProducerRecord<String, byte[]> event(UUID enrollment, String type, Integer step, Instant at) {
        return event(enrollment, type, step, at, Map.of());
    }

    public ProducerRecord<String, byte[]> event(
            UUID enrollment, String type, Integer step, Instant at, Map<String, Object> metadata) {
        return TestEvents.event(
                Topics.ENGAGEMENT_EVENTS,
                enrollment.toString(),
                EngagementEvent.TYPE,
                Ids.next().toString(),
                tenantId,
                new EngagementEvent(instanceId, enrollment, "email", type, step, at, metadata));
    }

    public ProducerRecord<String, byte[]> event(UUID enrollment, String type, Integer step) {
        return event(enrollment, type, step, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    /** Returns when the service has taken them in. */
    public static void happened(List<ProducerRecord<String, byte[]>> events) {
        TestEvents.publish(events);
        Topic.consumed(Topics.ENGAGEMENT_EVENTS);
    }
}
