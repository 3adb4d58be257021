package io.throughline.events.enrollment;

import java.util.List;
import java.util.UUID;

/**
 * What became of one {@code ContactUpsertBatch}. Topic {@code contact.upsert-results.v1}, key: {@code importId}.
 * {@code created + updated + duplicates + rejected.size()} is the number of rows of the batch.
 */
public record ContactUpsertResult(
        UUID importId, int batchNumber, int created, int updated, int duplicates, List<Rejection> rejected) {

    public static final String TYPE = "io.throughline.contact.upsert-result";

    /** @param code stable and lower-case: {@code invalid_email, exists, too_long} */
    public record Rejection(long line, String code, String detail) {}
}
