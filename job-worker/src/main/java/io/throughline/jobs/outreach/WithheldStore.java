package io.throughline.jobs.outreach;

import io.throughline.jobs.queue.Work;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Messages that are not to be sent now, or not any more: each method is one statement. */
@Singleton
class WithheldStore {

    private static final String HOLD = """
            WITH still AS (
                SELECT instance_id, tenant_id FROM instance_status
                WHERE instance_id IN (SELECT instance_id FROM outreach_message WHERE job_id = ? AND status = 'queued')
                  AND status NOT IN ('active', 'completed', 'archived')
                FOR SHARE
            )
            UPDATE outreach_message AS message SET held = true, detail = 'its campaign is paused'
            FROM still
            WHERE job_id = ? AND status = 'queued' AND message.instance_id = still.instance_id
              AND message.tenant_id = still.tenant_id
            """;

    /** By the time in its id: an enrollment that was begun again has messages that its earlier end says nothing of. */
    private static final String LEFT_OUT = """
            UPDATE outreach_message AS message
            SET status = 'rejected', event = 'skipped', detail = ended.reason, settled_at = ended.at, held = false
            FROM (SELECT DISTINCT ON (enrollment_id) * FROM unnest(?, ?, ?, ?) AS given(tenant_id, enrollment_id, reason, at)
                  ORDER BY enrollment_id, at DESC) AS ended
            WHERE message.enrollment_id = ended.enrollment_id AND message.tenant_id = ended.tenant_id
              AND message.status = 'queued' AND uuid_extract_timestamp(message.message_id) <= ended.at
            RETURNING message.*
            """;

    private final Sql sql;
    private final Telling telling;

    WithheldStore(Sql sql, Telling telling) {
        this.sql = sql;
        this.telling = telling;
    }

    /** Leaves what is queued to {@link PausedInstances}, unless its instance goes on by now. How many. */
    int hold(Work<?> work) {
        return sql.inTransaction(() -> {
            work.holdOrStop();
            return sql.update(HOLD, work.jobId(), work.jobId());
        });
    }

    /** @param reason null: the status says it all */
    record End(UUID tenantId, UUID enrollmentId, String status, String reason, Instant at) {

        private String why() {
            return reason == null ? status : reason;
        }
    }

    /** What was planned before an enrollment's end and is still queued is not sent. */
    void leaveOut(List<End> ends) {
        telling.tell(
                Telling.of(LEFT_OUT),
                Sql.column("uuid", ends, End::tenantId),
                Sql.column("uuid", ends, End::enrollmentId),
                Sql.column("text", ends, End::why),
                Sql.column("timestamptz", ends, End::at),
                TraceParent.current());
    }

    boolean standsStill(UUID instanceId) {
        return sql.first(
                        "SELECT FROM instance_status WHERE instance_id = ? AND status <> 'active'",
                        row -> true,
                        instanceId)
                .isPresent();
    }
}
