package io.throughline.events.jobs;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A job moved. Topic {@code job.status.v1}, key: {@code jobId}. Also what sockets push.
 *
 * @param eventId grows with every event of the suite; what {@code Last-Event-ID} resumes from
 * @param type {@code job.progress, job.completed} or {@code job.failed}
 * @param job as {@code GET /api/jobs/{id}} shows it
 */
public record JobStatusChanged(long eventId, String type, JobView job) {

    public static final String TYPE = "io.throughline.job.status";

    /**
     * @param status {@code pending, processing, completed, failed} or {@code cancelled}
     * @param attempt attempts begun so far, at most {@code maxAttempts}
     */
    public record JobView(
            UUID jobId,
            String type,
            String status,
            String priority,
            int attempt,
            int maxAttempts,
            Progress progress,
            Map<String, Object> parameters,
            Map<String, Object> result,
            Failure error,
            Instant createdAt,
            Instant runAt,
            Instant startedAt,
            Instant completedAt) {}

    public record Progress(long done, long total) {}

    public record Failure(String code, String message) {}
}
