package io.throughline.enrollment.suppression;

import io.throughline.platform.sql.Row;
import java.time.Instant;
import java.util.UUID;

/** @param email null when the person was erased */
record Suppression(UUID id, String email, String reason, Instant suppressedAt) {

    static final String COLUMNS = "id, email, reason, suppressed_at";

    static Suppression of(Row row) {
        return new Suppression(row.uuid("id"), row.text("email"), row.text("reason"), row.instant("suppressed_at"));
    }
}
