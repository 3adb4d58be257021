package io.throughline.events.enrollment;

import java.time.Instant;
import java.util.UUID;

/**
 * An enrollment came to be or changed its status. Topic {@code enrollment.changes.v1}, key: {@code enrollmentId}.
 *
 * @param status one of {@code pending, active, completed, replied, bounced, unsubscribed, paused, failed}
 * @param version grows with every change of this enrollment; a consumer keeps the highest it has seen
 * @param reason null, or why: {@code stopped_by_user, reply, …}
 */
public record EnrollmentChanged(
        UUID enrollmentId,
        UUID instanceId,
        UUID contactId,
        String status,
        long version,
        String reason,
        Instant occurredAt) {

    public static final String TYPE = "io.throughline.enrollment.changed";
}
