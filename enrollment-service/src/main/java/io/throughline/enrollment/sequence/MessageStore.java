package io.throughline.enrollment.sequence;

import io.throughline.enrollment.sequence.FollowEngagement.Engagement;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What became of messages: one statement for any number. */
@Singleton
class MessageStore {

    private final Sql sql;

    MessageStore(Sql sql) {
        this.sql = sql;
    }

    /** @param reason of one that was skipped; else null */
    private record Settled(UUID tenantId, UUID enrollmentId, int step, String status, String reason, Instant at) {}

    /** A message only ever learns more: planned, unknown, skipped, failed, sent; so the order of arrival does not matter. */
    void settle(List<Engagement> engagements) {
        List<Settled> settled = new ArrayList<>();
        engagements.forEach(each -> settle(each, settled));
        if (settled.isEmpty()) {
            return;
        }
        sql.update(
                """
                WITH certainty AS (SELECT ARRAY['planned', 'unknown', 'skipped', 'failed', 'sent'] AS levels),
                event AS (
                    SELECT DISTINCT ON (enrollment_id, step_number) given.*, array_position(levels, status) AS level
                    FROM unnest(?, ?, ?, ?, ?, ?)
                         AS given(tenant_id, enrollment_id, step_number, status, reason, at), certainty
                    ORDER BY enrollment_id, step_number, array_position(levels, status) DESC, at
                )
                UPDATE message SET status = event.status, skip_reason = event.reason, settled_at = event.at
                FROM event, certainty
                WHERE message.tenant_id = event.tenant_id AND message.enrollment_id = event.enrollment_id
                  AND message.step_number = event.step_number
                  AND array_position(levels, message.status) < event.level
                """,
                Sql.column("uuid", settled, Settled::tenantId),
                Sql.column("uuid", settled, Settled::enrollmentId),
                Sql.column("integer", settled, Settled::step),
                Sql.column("text", settled, Settled::status),
                Sql.column("text", settled, Settled::reason),
                Sql.column("timestamptz", settled, Settled::at));
    }

    private static void settle(Engagement engagement, List<Settled> settled) {
        String status = switch (engagement.type()) {
            case "sent", "skipped", "unknown" -> engagement.type();
            case "suppressed" -> "skipped";
            case "failed", "bounced" -> "failed";
            default -> null;
        };
        if (status != null && engagement.step() > 0) {
            settled.add(new Settled(
                    engagement.tenantId(),
                    engagement.event().enrollmentId(),
                    engagement.step(),
                    status,
                    status.equals("skipped") ? skipReason(engagement) : null,
                    engagement.event().occurredAt()));
        }
    }

    private static String skipReason(Engagement engagement) {
        if (engagement.type().equals("suppressed")) {
            return engagement.type();
        }
        Map<String, Object> metadata = engagement.event().metadata();
        return metadata != null && metadata.get("reason") instanceof String reason ? reason : "left_out_by_sender";
    }

    private record Gap(Standing standing, int after) {}

    /**
     * When a step is told to be sent that was never planned here, it and those before it get the messages that they lack, so
     * that there is one for each step up to the last planned. What was told of them settles them afterwards.
     */
    void passOver(Map<UUID, Standing> before, Collection<Standing> after) {
        List<Gap> gaps = after.stream()
                .map(standing -> new Gap(standing, before.get(standing.id()).plannedStep()))
                .filter(gap -> gap.standing().plannedStep() > gap.after())
                .toList();
        if (gaps.isEmpty()) {
            return;
        }
        sql.update(
                """
                INSERT INTO message (id, tenant_id, enrollment_id, instance_id, step_number, channel, status, skip_reason,
                                     settled_at)
                SELECT uuidv7(), gap.tenant_id, gap.enrollment_id, gap.instance_id, step_number, channel, 'skipped',
                       'passed_over', now()
                FROM unnest(?, ?, ?, ?, ?) AS gap(tenant_id, enrollment_id, instance_id, after, until)
                JOIN instance_step step ON step.instance_id = gap.instance_id
                     AND step_number > gap.after AND step_number <= gap.until
                ON CONFLICT ON CONSTRAINT message_is_one_per_step DO NOTHING
                """,
                Sql.column("uuid", gaps, gap -> gap.standing().tenantId()),
                Sql.column("uuid", gaps, gap -> gap.standing().id()),
                Sql.column("uuid", gaps, gap -> gap.standing().instanceId()),
                Sql.column("integer", gaps, Gap::after),
                Sql.column("integer", gaps, gap -> gap.standing().plannedStep()));
    }
}
