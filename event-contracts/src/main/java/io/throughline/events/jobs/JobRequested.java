package io.throughline.events.jobs;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A job wanted by another system. Topic {@code job.requests.v1}, key: {@code jobId}, which is also the idempotency key.
 *
 * @param priority {@code high, normal} or {@code low}; null: normal
 * @param runAt null: now
 * @param uniqueKey null: none; otherwise at most one unfinished job of this type and key
 */
public record JobRequested(
        UUID jobId, String type, Map<String, Object> parameters, String priority, Instant runAt, String uniqueKey) {

    public static final String TYPE = "io.throughline.job.requested";
}
