package io.throughline.analytics;

import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What other systems publish about one tenant's instance, as records for {@link TestEvents#publish}. */
public record Published(TestKey owner, UUID instance) {

    /** {@code what}: type, step and time, for example {@code "opened 1 2026-11-01T09:30:00Z"}. */
    public ProducerRecord<String, byte[]> engagement(UUID enrollment, String channel, String what) {
        return engagement(Ids.next().toString(), enrollment, channel, what);
    }

    public ProducerRecord<String, byte[]> engagement(String id, UUID enrollment, String channel, String what) {
        String[] words = what.split(" ");
        return TestEvents.event(
                Topics.ENGAGEMENT_EVENTS,
                enrollment.toString(),
                EngagementEvent.TYPE,
                id,
                owner.tenantId(),
                new EngagementEvent(
                        instance,
                        enrollment,
                        channel,
                        words[0],
                        Integer.valueOf(words[1]),
                        Instant.parse(words[2]),
                        Map.of()));
    }

    public ProducerRecord<String, byte[]> enrollment(UUID enrollment, String status, long version) {
        return TestEvents.event(
                Topics.ENROLLMENT_CHANGES,
                enrollment.toString(),
                EnrollmentChanged.TYPE,
                enrollment + ":" + version,
                owner.tenantId(),
                new EnrollmentChanged(enrollment, instance, Ids.next(), status, version, null, Instant.EPOCH));
    }
}
