package io.throughline.events.engagement;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Something that happened to an enrollment. Topic {@code engagement.events.v1}, key: {@code enrollmentId}.
 *
 * @param eventType a known type (sent, delivered, opened, clicked, replied, bounced, complained, unsubscribed, failed,
 *     converted) or any other matching {@code [a-z][a-z0-9_.-]{0,63}}, counted but no funnel stage
 * @param stepNumber from 1; null or 0 when no step is meant
 */
public record EngagementEvent(
        UUID instanceId,
        UUID enrollmentId,
        String channel,
        String eventType,
        Integer stepNumber,
        Instant occurredAt,
        Map<String, Object> metadata) {

    public static final String TYPE = "io.throughline.engagement";
}
