package io.throughline.events.imports;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Some rows of one import. Topic {@code contact.upserts.v1}, key: {@code importId}, or {@code importId:n} for a part of the
 * people of a large file: rows of one email always have one key, so they stay in order and the first one wins. {@code ce_id} is {@code importId:batchNumber}: sending a batch again
 * changes nothing.
 *
 * @param importId the import job's id
 * @param batchNumber from 0, without gaps
 * @param deduplicate false: a contact that is already stored is rejected with code {@code exists}
 */
public record ContactUpsertBatch(UUID importId, int batchNumber, boolean deduplicate, List<Row> rows) {

    public static final String TYPE = "io.throughline.contact.upsert";

    /**
     * @param line line of the file on which the row begins, from 1 with the header
     * @param email as the file has it; the consumer checks and normalises it
     */
    public record Row(
            long line,
            String email,
            String firstName,
            String lastName,
            String company,
            String companyDomain,
            Map<String, String> attributes) {}
}
