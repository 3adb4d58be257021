package io.throughline.jobs.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;

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
        return changed(draft -> draft.priority = wanted);
    }

    public NewJob startingAt(Instant time) {
        return changed(draft -> draft.runAt = time);
    }

    public NewJob onceUnfinishedPer(String key) {
        return changed(draft -> draft.uniqueKey = key);
    }

    public NewJob oneAtATimePer(String key) {
        return changed(draft -> draft.serialKey = key);
    }

    public NewJob tryingAtMost(int attempts) {
        return changed(draft -> draft.maxAttempts = attempts);
    }

    public NewJob within(Duration limit) {
        return changed(draft -> draft.timeLimit = limit);
    }

    public NewJob childOf(UUID parent) {
        return changed(draft -> draft.parentId = parent);
    }

    private NewJob changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new NewJob(
                id,
                tenantId,
                userId,
                type,
                parameters,
                draft.priority,
                draft.runAt,
                draft.uniqueKey,
                draft.serialKey,
                draft.maxAttempts,
                draft.timeLimit,
                draft.parentId);
    }

    /** What may be said of a job besides what it is. */
    private static final class Draft {
        private Priority priority;
        private Instant runAt;
        private String uniqueKey;
        private String serialKey;
        private int maxAttempts;
        private Duration timeLimit;
        private UUID parentId;

        private Draft(NewJob job) {
            priority = job.priority;
            runAt = job.runAt;
            uniqueKey = job.uniqueKey;
            serialKey = job.serialKey;
            maxAttempts = job.maxAttempts;
            timeLimit = job.timeLimit;
            parentId = job.parentId;
        }
    }
}
