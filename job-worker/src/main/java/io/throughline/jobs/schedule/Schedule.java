package io.throughline.jobs.schedule;

import io.throughline.jobs.queue.NewJob;
import io.throughline.jobs.queue.Priority;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;

/**
 * A row of {@code schedule}.
 *
 * @param uniqueKey of its jobs, null: none
 * @param nextAt null: disabled, or no slot is left
 * @param lastAt slot of its last job; null, like {@code lastJobId}, before the first
 */
record Schedule(
        UUID id,
        UUID tenantId,
        UUID userId,
        String name,
        Wanted wanted,
        String uniqueKey,
        Instant nextAt,
        Instant lastAt,
        UUID lastJobId,
        Instant createdAt,
        Instant updatedAt) {

    /** What its owner says; acceptable. */
    record Wanted(
            String cron,
            String timeZone,
            String type,
            Map<String, Object> parameters,
            Priority priority,
            Missed missed,
            boolean enabled) {

        Cron parsed() {
            return Cron.parse(cron, ZoneId.of(timeZone));
        }
    }

    NewJob jobAt(Instant slot) {
        return NewJob.of(jobId(id, slot), tenantId, userId, wanted.type(), wanted.parameters())
                .withPriority(wanted.priority())
                .onceUnfinishedPer(uniqueKey);
    }

    /** Of the form of a UUIDv7 (RFC 9562): the slot's milliseconds, then a hash in the place of random bits. */
    static UUID jobId(UUID schedule, Instant slot) {
        ByteBuffer hash = ByteBuffer.wrap(digest(ByteBuffer.allocate(28)
                .putLong(schedule.getMostSignificantBits())
                .putLong(schedule.getLeastSignificantBits())
                .putLong(slot.getEpochSecond())
                .putInt(slot.getNano())
                .array()));
        long most = slot.toEpochMilli() << 16 | 0x7000L | hash.getLong() & 0x0fffL;
        long least = Long.MIN_VALUE | hash.getLong() >>> 2;
        return new UUID(most, least);
    }

    private static byte[] digest(byte[] key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
