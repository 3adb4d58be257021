package io.throughline.jobs.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A job to be put into the queue.
 *
 * @param id also the idempotency key: an id that is there already changes nothing
 * @param parameters serialised to a JSON object
 * @param runAt null: now, by the database's clock
 * @param uniqueKey null: none; otherwise at most one unfinished job of the tenant's with this type and key
 * @param serialKey null: none; otherwise jobs of the tenant's with this key, of whatever type, run one at a time
 * @param maxAttempts at least 1
 * @param timeLimit of one run; null: the type's
 * @param parentId null: none; otherwise the job that is run again, if it is detached, when this one has ended in any way,
 *     and whose cancellation cancels this one
 */
public record NewJob(
        UUID id,
        UUID tenantId,
        UUID userId,
        String type,
        Object parameters,
        Priority priority,
        Instant runAt,
        String uniqueKey,
        String serialKey,
        int maxAttempts,
        Duration timeLimit,
        UUID parentId) {

    public static final int MAX_ATTEMPTS = 5;

    public static NewJob of(UUID id, UUID tenantId, UUID userId, String type, Object parameters) {
        return new NewJob(
                id, tenantId, userId, type, parameters, Priority.NORMAL, null, null, null, MAX_ATTEMPTS, null, null);
    }

    public NewJob withPriority(Priority wanted) {
        return new NewJob(
                id,
                tenantId,
                userId,
                type,
                parameters,
                wanted,
                runAt,
                uniqueKey,
                serialKey,
                maxAttempts,
                timeLimit,
                parentId);
    }

    public NewJob startingAt(Instant time) {
        return new NewJob(
                id,
                tenantId,
                userId,
                type,
                parameters,
                priority,
                time,
                uniqueKey,
                serialKey,
                maxAttempts,
                timeLimit,
                parentId);
    }

    public NewJob onceUnfinishedPer(String key) {
        return new NewJob(
                id,
                tenantId,
                userId,
                type,
                parameters,
                priority,
                runAt,
                key,
                serialKey,
                maxAttempts,
                timeLimit,
                parentId);
    }

    public NewJob oneAtATimePer(String key) {
        return new NewJob(
                id,
                tenantId,
                userId,
                type,
                parameters,
                priority,
                runAt,
                uniqueKey,
                key,
                maxAttempts,
                timeLimit,
                parentId);
    }

    public NewJob tryingAtMost(int attempts) {
        return new NewJob(
                id,
                tenantId,
                userId,
                type,
                parameters,
                priority,
                runAt,
                uniqueKey,
                serialKey,
                attempts,
                timeLimit,
                parentId);
    }

    public NewJob within(Duration limit) {
        return new NewJob(
                id,
                tenantId,
                userId,
                type,
                parameters,
                priority,
                runAt,
                uniqueKey,
                serialKey,
                maxAttempts,
                limit,
                parentId);
    }

    public NewJob childOf(UUID parent) {
        return new NewJob(
                id,
                tenantId,
                userId,
                type,
                parameters,
                priority,
                runAt,
                uniqueKey,
                serialKey,
                maxAttempts,
                timeLimit,
                parent);
    }
}
