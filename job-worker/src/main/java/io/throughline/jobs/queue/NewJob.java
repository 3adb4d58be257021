package io.throughline.jobs.queue;

import java.time.Instant;
import java.util.UUID;

/**
 * A job to be put into the queue.
 *
 * @param id also the idempotency key: an id that is there already changes nothing
 * @param parameters serialised to a JSON object
 * @param runAt null: now, by the database's clock
 * @param uniqueKey null: none; otherwise at most one unfinished job of the tenant's with this type and key
 */
public record NewJob(
        UUID id,
        UUID tenantId,
        UUID userId,
        String type,
        Object parameters,
        Priority priority,
        Instant runAt,
        String uniqueKey) {

    public static NewJob of(UUID id, UUID tenantId, UUID userId, String type, Object parameters) {
        return new NewJob(id, tenantId, userId, type, parameters, Priority.NORMAL, null, null);
    }
}
