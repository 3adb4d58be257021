package io.throughline.enrollment.sequence;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Moves enrollments on, or stops them, by what happened. Locks them, decides, writes back: four statements and a wake-up for
 * any number of events. Events of unknown enrollments and of other tenants are passed over; so are types that decide
 * nothing here.
 */
@Singleton
class FollowEngagement {

    private static final Set<String> DECIDING =
            Set.of("sent", "replied", "bounced", "unsubscribed", "complained", "failed", "unknown", "suppressed");

    private final Sql sql;
    private final StandingStore standings;

    FollowEngagement(Sql sql, StandingStore standings) {
        this.sql = sql;
        this.standings = standings;
    }

    record Engagement(UUID tenantId, EngagementEvent event) {

        int step() {
            return event.stepNumber() == null ? 0 : event.stepNumber();
        }

        StandingStore.Named enrollment() {
            return new StandingStore.Named(tenantId, event.enrollmentId());
        }
    }

    private record Settled(UUID tenantId, UUID enrollmentId, int step, String status, Instant at) {}

    /** Inside the caller's transaction, in the order in which they came. */
    void take(List<Engagement> engagements) {
        List<Engagement> deciding = engagements.stream()
                .filter(each -> DECIDING.contains(each.event().eventType()))
                .toList();
        if (deciding.isEmpty()) {
            return;
        }
        Map<UUID, Standing> before = new HashMap<>();
        standings
                .lock(deciding.stream().map(Engagement::enrollment).distinct().toList())
                .forEach(standing -> before.put(standing.id(), standing));
        if (before.isEmpty()) {
            return;
        }
        Map<UUID, Map<Integer, Duration>> delays = standings.delays(before.values());
        Map<UUID, Standing> after = new HashMap<>(before);
        List<Settled> settled = new ArrayList<>();
        for (Engagement each : deciding) {
            Standing standing = after.get(each.event().enrollmentId());
            if (standing != null && standing.tenantId().equals(each.tenantId())) {
                after.put(standing.id(), next(standing, each, delays.getOrDefault(standing.instanceId(), Map.of())));
                settle(each, settled);
            }
        }
        settleMessages(settled);
        standings.move(after.values().stream()
                .filter(standing -> !standing.equals(before.get(standing.id())))
                .toList());
    }

    private static Standing next(Standing standing, Engagement engagement, Map<Integer, Duration> delays) {
        return switch (engagement.event().eventType()) {
            case "sent" -> standing.sent(engagement.step(), engagement.event().occurredAt(), delays);
            case "replied" -> standing.ended(EnrollmentStatus.REPLIED, "reply");
            case "bounced" -> standing.ended(EnrollmentStatus.BOUNCED, "bounce");
            case "unsubscribed" -> standing.ended(EnrollmentStatus.UNSUBSCRIBED, "unsubscribe");
            case "complained" -> standing.ended(EnrollmentStatus.UNSUBSCRIBED, "complaint");
            case "failed" -> standing.ended(EnrollmentStatus.FAILED, "send_failed");
            // Suppressed after the step was planned: the sender has left it out.
            case "suppressed" -> standing.ended(EnrollmentStatus.UNSUBSCRIBED, "suppressed");
            // Unknown: whether it was sent cannot be told, so the sequence is held rather than repeated.
            default -> standing;
        };
    }

    private static void settle(Engagement engagement, List<Settled> settled) {
        String status = switch (engagement.event().eventType()) {
            case "sent" -> "sent";
            case "failed", "bounced" -> "failed";
            case "unknown" -> "unknown";
            case "suppressed" -> "skipped";
            default -> null;
        };
        if (status != null && engagement.step() > 0) {
            settled.add(new Settled(
                    engagement.tenantId(),
                    engagement.event().enrollmentId(),
                    engagement.step(),
                    status,
                    engagement.event().occurredAt()));
        }
    }

    /** A message only ever learns more: planned, unknown, skipped, failed, sent; so the order of arrival does not matter. */
    private void settleMessages(List<Settled> settled) {
        if (settled.isEmpty()) {
            return;
        }
        sql.update(
                """
                WITH certainty AS (SELECT ARRAY['planned', 'unknown', 'skipped', 'failed', 'sent'] AS levels),
                event AS (
                    SELECT DISTINCT ON (enrollment_id, step_number) given.*, array_position(levels, status) AS level
                    FROM unnest(?, ?, ?, ?, ?) AS given(tenant_id, enrollment_id, step_number, status, at), certainty
                    ORDER BY enrollment_id, step_number, array_position(levels, status) DESC, at
                )
                UPDATE message SET status = event.status, settled_at = event.at
                FROM event, certainty
                WHERE message.tenant_id = event.tenant_id AND message.enrollment_id = event.enrollment_id
                  AND message.step_number = event.step_number
                  AND array_position(levels, message.status) < event.level
                """,
                Sql.column("uuid", settled, Settled::tenantId),
                Sql.column("uuid", settled, Settled::enrollmentId),
                Sql.column("integer", settled, Settled::step),
                Sql.column("text", settled, Settled::status),
                Sql.column("timestamptz", settled, Settled::at));
    }
}
