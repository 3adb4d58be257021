package io.throughline.analytics.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * An engagement event that is acceptable, whether it was counted before or not.
 *
 * @param stepNumber 0: no step is meant
 * @param machine opened or clicked by a prefetcher or a scanner
 * @param metadata JSON, or null
 */
record Engagement(
        UUID tenantId,
        String source,
        String eventId,
        UUID instanceId,
        UUID enrollmentId,
        String channel,
        String eventType,
        int stepNumber,
        boolean machine,
        Instant occurredAt,
        String metadata) {

    LocalDate day() {
        return LocalDate.ofInstant(occurredAt, ZoneOffset.UTC);
    }

    EnrollmentKey enrollment() {
        return new EnrollmentKey(enrollmentId, instanceId, tenantId);
    }
}
