package io.throughline.jobs.outreach;

import io.throughline.jobs.queue.JobStore;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Sends a message of unknown fate once more, because somebody says so: its recipient may get it twice. Two statements. */
@Singleton
class ResendMessage {

    private final Sql sql;
    private final JobStore jobs;

    ResendMessage(Sql sql, JobStore jobs) {
        this.sql = sql;
        this.jobs = jobs;
    }

    /** @return the job that sends it */
    UUID run(UUID tenantId, UUID userId, UUID messageId) {
        return sql.inTransaction(() -> {
            UUID jobId = Ids.next();
            Group group = sql.first(
                            """
                            UPDATE outreach_message
                            SET status = 'queued', event = NULL, settled_at = NULL, attempt = 0, job_id = ?,
                                due_at = clock_timestamp(), detail = 'sent again on request'
                            WHERE tenant_id = ? AND message_id = ? AND status = 'unknown'
                            RETURNING tenant_id, instance_id, channel
                            """,
                            row -> new Group(row.uuid("tenant_id"), row.uuid("instance_id"), row.text("channel")),
                            jobId,
                            tenantId,
                            messageId)
                    .orElseThrow(() -> notUnknown(tenantId, messageId));
            jobs.enqueueAll(List.of(group.job(jobId, userId, 1)));
            return jobId;
        });
    }

    private Problem notUnknown(UUID tenantId, UUID messageId) {
        return sql.first(
                        "SELECT status FROM outreach_message WHERE tenant_id = ? AND message_id = ?",
                        row -> row.text("status"),
                        tenantId,
                        messageId)
                .map(status -> new Problem(
                        CommonErrors.CONFLICT,
                        "The message is " + status + "; only one that is unknown is sent again."))
                .orElseGet(() -> Problem.notFound("message", messageId));
    }
}
